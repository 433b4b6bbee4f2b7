package dev.cairn.protocol.seal;

import dev.cairn.protocol.seal.SealWalk.Claim;
import dev.cairn.protocol.seal.StoreRows.Row;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Verifies the seals of a store of receipts against its rows (`specs/receipts.md` 6.7): one pass over the file, one
/// look-up for each head, constant memory.
///
/// Of each chain that changed before a seal, the newest receipt has to be there with the hash that was
/// sealed, and of all chains together as many receipts as were counted. That the receipts of a chain lead
/// to its newest one is for the chain's own verification to say.
///
/// Open it before the rows are read: what is appended to the file later is left out, so that every seal is
/// of receipts that are stored already. Not thread-safe; for one verification.
public final class StoreSealLog implements AutoCloseable {

    /// The row that is asked for, and the seal that it is of.
    private record Found(long place, SealFault.@Nullable Kind kind, String expected, String found) {}

    private final SeekableByteChannel file;
    private final SealLines lines;
    private final SealReader reader = new SealReader(SealForm.STORE);
    private final SealWalk walk;

    /// Where the newest receipt of the seals so far stands in the store, and how many they counted.
    private long place = Long.MIN_VALUE;

    private long counted;

    private StoreSealLog(SeekableByteChannel file, Keys keys) throws IOException {
        this.file = file;
        lines = new SealLines(file, SealForm.STORE);
        walk = new SealWalk(keys);
    }

    /// The seals in `path`; those whose key is not in `keys` are not checked against a signature.
    public static StoreSealLog open(Path path, Keys keys) throws IOException {
        SeekableByteChannel file = Files.newByteChannel(path);
        try {
            return new StoreSealLog(file, keys);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// What the file is worth, compared with these rows; `listener` hears what becomes of each seal.
    public SealReport verify(StoreRows rows, SealListener listener) throws IOException {
        while (lines.next()) {
            if (lines.isTooLong()) {
                walk.takeTooLong(lines.number(), lines.offset(), SealForm.STORE);
                continue;
            }
            SealLine line = reader.read(lines.bytes(), lines.from(), lines.to());
            Claim claim = walk.take(line, lines.number(), lines.offset());
            if (claim != null) {
                listener.seal(claim.seal(), claim.line(), compare(claim, rows));
            }
        }
        return walk.report(lines, SealForm.STORE, reader);
    }

    private SealStanding compare(Claim claim, StoreRows rows) throws IOException {
        boolean soundBefore = walk.isSound();
        Found found = look(claim, rows);
        if (found.kind() == null && soundBefore) {
            found = countRows(claim, found.place(), rows);
        }
        place = Math.max(place, found.place());
        counted = claim.count();
        if (found.kind() != null) {
            walk.contradict(found.kind(), claim, found.expected(), found.found());
            return SealStanding.UNCONFIRMED;
        }
        // A seal vouches for the chains that it names; for all others, those before it do.
        walk.confirm(claim, soundBefore);
        if (!soundBefore) {
            return SealStanding.UNCONFIRMED;
        }
        return claim.signed() ? SealStanding.PROVEN : SealStanding.CONFIRMED;
    }

    /// Looks for all heads; tells of the first one that is not as it was.
    private Found look(Claim claim, StoreRows rows) throws IOException {
        long newest = Long.MIN_VALUE;
        ChainHeads heads = claim.seal().heads();
        if (heads == null) {
            throw new IllegalStateException("a seal without heads");
        }
        Found wrong = null;
        for (ChainHead head : heads.all()) {
            Row row = rows.find(head);
            newest = row == null ? newest : Math.max(newest, row.place());
            if (wrong == null && (row == null || !head.hash().text().equals(row.hash()))) {
                wrong = new Found(
                        0,
                        row == null ? SealFault.Kind.NO_RECORD : SealFault.Kind.TIP,
                        "receipt " + head.sequence() + " of chain " + head.chainId() + ", " + head.hash(),
                        row == null ? "no such receipt" : String.valueOf(row.hash()));
            }
        }
        return wrong == null
                ? new Found(newest, null, "", "")
                : new Found(newest, wrong.kind(), wrong.expected(), wrong.found());
    }

    private Found countRows(Claim claim, long newest, StoreRows rows) throws IOException {
        long added = newest > place ? rows.count(place, newest) : 0;
        long expected = claim.count() - counted;
        return added == expected
                ? new Found(newest, null, "", "")
                : new Found(
                        newest,
                        SealFault.Kind.ROWS,
                        expected + " receipts since the seal before it",
                        added + " receipts");
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
