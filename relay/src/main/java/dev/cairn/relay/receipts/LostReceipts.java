package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.PreparedReceipt;
import java.util.List;

/// What is owed when receipts are not stored (`specs/receipts.md` 2).
///
/// @param frames receipts of frames: the relay loses them now
/// @param told losses of before, which the other receipts were to tell of
record LostReceipts(long frames, long told) {

    static final LostReceipts NONE = new LostReceipts(0, 0);

    static LostReceipts of(List<List<PreparedReceipt>> units) {
        LostReceipts all = NONE;
        for (List<PreparedReceipt> unit : units) {
            for (PreparedReceipt receipt : unit) {
                all = all.with(receipt.drops());
            }
        }
        return all;
    }

    /// One more.
    ///
    /// @param drops how many events the receipt says were lost; 0 if it is a frame's
    LostReceipts with(long drops) {
        return drops == 0 ? new LostReceipts(frames + 1, told) : new LostReceipts(frames, sum(told, drops));
    }

    /// The sum, or the most there is.
    static long sum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    LostReceipts plus(LostReceipts more) {
        return new LostReceipts(sum(frames, more.frames), sum(told, more.told));
    }

    /// How many events that are.
    long total() {
        return sum(frames, told);
    }

    /// What is new to the figures: losses of before are in them, or are an emitter's.
    DropReasons measured() {
        return new DropReasons(0, 0, 0, frames);
    }

    /// What is to be recorded.
    DropReasons reasons() {
        return new DropReasons(0, 0, 0, total());
    }
}
