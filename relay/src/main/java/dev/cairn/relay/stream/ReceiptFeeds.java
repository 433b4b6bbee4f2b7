package dev.cairn.relay.stream;

import dev.cairn.relay.bus.BusMessage.ReceiptsAppended;
import dev.cairn.relay.bus.SignedReceipt;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.live.Library;
import dev.cairn.relay.live.Loop;
import dev.cairn.relay.live.Pump;
import dev.cairn.relay.live.Ring;
import dev.cairn.relay.live.Unsent;
import io.netty.buffer.ByteBufAllocator;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// The chains of receipts that somebody follows now. There may be thousands of chains, so a feed begins with its
/// first follower and ends with its last; a ring is only a cache, and these are small. Belongs to one event loop.
final class ReceiptFeeds {

    static final String PREFIX = "receipts/";

    /// All rings together take at most half of what the audit chain's may.
    private static final int RING_SHARE = 2;

    private final RelayConfig.Stream limits;
    private final Library library;
    private final Loop loop;
    private final ByteBufAllocator allocator;
    private final Unsent unsent;
    private final Map<String, Feed> feeds = new HashMap<>();
    private long delivered;
    private long pagesRead;

    ReceiptFeeds(RelayConfig.Stream limits, Library library, Loop loop, ByteBufAllocator allocator, Unsent unsent) {
        this.limits = limits;
        this.library = library;
        this.loop = loop;
        this.allocator = allocator;
        this.unsent = unsent;
    }

    /// Gives the feed of a chain and the chain's newest sequence, once that is known, or why there is none.
    ///
    /// @param chain its name on the wire
    void find(String chain, Consumer<Found> then) {
        String id = chain.substring(PREFIX.length());
        if (!feeds.containsKey(id) && feeds.size() >= limits.receiptChainsMax()) {
            forget();
        }
        Feed feed = feeds.size() >= limits.receiptChainsMax()
                ? feeds.get(id)
                : feeds.computeIfAbsent(id, _ -> begin(chain, id));
        if (feed == null) {
            then.accept(Found.TOO_MANY);
            return;
        }
        feed.expected++; // What is appended from now on is noted, what was before is in the tip.
        library.tip(id).otherwise(OptionalLong.empty()).onSuccess(tip -> loop.execute(() -> found(feed, tip, then)));
    }

    private void found(Feed feed, OptionalLong tip, Consumer<Found> then) {
        feed.expected--;
        if (tip.isEmpty()) {
            then.accept(Found.UNKNOWN);
            sweep();
            return;
        }
        feed.hasGrownTo(tip.getAsLong());
        then.accept(new Found.Chain(feed, feed.ring.newest()));
    }

    private Feed begin(String chain, String id) {
        Ring ring = new Ring(chain, limits.ring(), limits.ringBytesMax() / RING_SHARE / limits.receiptChainsMax(), 0);
        return new Feed(
                chain,
                ring,
                new Pump(chain, ring, library.history(id), loop, allocator, unsent, limits.stallTimeout()));
    }

    void append(ReceiptsAppended appended) {
        if (feeds.isEmpty()) {
            return;
        }
        for (SignedReceipt receipt : appended.receipts()) {
            Feed feed = feeds.get(receipt.chainId());
            if (feed != null && feed.isFollowed()) {
                feed.ring.add(receipt.sequence(), receipt.text(), 0, receipt.text().length);
            }
        }
        feeds.forEach((id, feed) -> {
            Long tip = appended.tips().get(id);
            if (tip != null) {
                feed.hasGrownTo(tip);
            }
        });
    }

    void flush() {
        feeds.values().forEach(feed -> feed.pump.flush());
    }

    /// To be called every second or more often, as for a [Pump]; forgets what nobody follows.
    void sweep() {
        feeds.values().forEach(feed -> feed.pump.sweep());
        forget();
    }

    private void forget() {
        for (Feed feed : Set.copyOf(feeds.values())) {
            if (!feed.isNeeded()) {
                delivered += feed.pump.delivered();
                pagesRead += feed.pump.pagesRead();
                feed.pump.close();
                feeds.values().remove(feed);
            }
        }
    }

    void close() {
        feeds.values().forEach(feed -> feed.pump.close());
        feeds.clear();
    }

    /// Records written to subscribers, of feeds that have ended too.
    long delivered() {
        return delivered + sum(Pump::delivered);
    }

    /// Pages read from the store, likewise.
    long pagesRead() {
        return pagesRead + sum(Pump::pagesRead);
    }

    private long sum(ToLongFunction<Pump> figure) {
        return feeds.values().stream()
                .mapToLong(feed -> figure.applyAsLong(feed.pump))
                .sum();
    }
}
