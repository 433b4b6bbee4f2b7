package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.ChainIds;
import dev.cairn.protocol.receipt.ChainPlace;
import dev.cairn.protocol.receipt.Delegation;
import dev.cairn.protocol.receipt.LinkedReceipt;
import dev.cairn.protocol.receipt.PreparedReceipt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The chains of a store and where each of them ends: gives every receipt its place (`specs/receipts.md` 3.8).
///
/// The root chain is always here. Chains of sub-agents come in on first use; of each user only so many stay, and
/// the one that was used longest ago is read from the store again when it comes back. No thread, no I/O: the
/// single writer owns it.
final class Chains {

    /// Chains of one user's sub-agents that are remembered.
    static final int OF_USER_MAX = 256;

    /// Where the store's chains end.
    interface Source {

        /// Where the chain ends, verified; `null` for a chain that does not exist yet.
        ///
        /// @throws UnusableChainException if its end does not hold
        @Nullable
        ChainTip tip(String chainId);
    }

    /// One chain.
    private static final class Chain {

        private final String id;
        private long sequence;
        private @Nullable String lastHash;
        private String lastId = "";
        private int unsettled;
        private boolean ended;

        Chain(String id, @Nullable ChainTip tip) {
            this.id = id;
            if (tip != null) {
                sequence = tip.sequence();
                lastHash = tip.hash();
                lastId = tip.receiptId();
                ended = tip.isTerminal();
            }
        }

        ChainPlace next() {
            return new ChainPlace(id, sequence + 1, lastHash, null);
        }

        void append(LinkedReceipt receipt) {
            sequence = receipt.place().sequence();
            lastHash = receipt.hash();
            lastId = receipt.columns().id();
        }
    }

    private final String issuerId;
    private final Source source;
    private final Chain root;
    private final Map<String, Chain> all = new HashMap<>();
    private final Map<Long, Map<String, Chain>> byUser = new HashMap<>();

    /// @param tip of the root chain
    Chains(String rootId, @Nullable ChainTip tip, String issuerId, Source source) {
        this.root = new Chain(rootId, tip);
        this.issuerId = issuerId;
        this.source = source;
        all.put(rootId, root);
    }

    String rootId() {
        return root.id;
    }

    /// How many receipts the root chain has, those among them that are not stored yet.
    long rootSequence() {
        return root.sequence;
    }

    /// Hash of the newest of them; `null` if there is none.
    @Nullable
    String rootHash() {
        return root.lastHash;
    }

    /// Gives a receipt the next place in its chain.
    ///
    /// @param uid who is to remember the chain, should it be a sub-agent's
    /// @throws UnusableChainException if nothing may be appended to the chain
    LinkedReceipt link(PreparedReceipt receipt, long uid) {
        return append(receipt, chainOf(receipt.agentId(), uid));
    }

    /// Ends a chain, if it has a receipt and has not ended; `null` otherwise.
    ///
    /// @throws UnusableChainException likewise
    @Nullable
    LinkedReceipt end(String chainId, PreparedReceipt terminator) {
        Chain chain = all.get(chainId);
        if (chain == null) {
            chain = new Chain(chainId, source.tip(chainId));
            all.put(chainId, chain);
        }
        return chain.sequence == 0 || chain.ended ? null : append(terminator, chain);
    }

    /// Where the next receipt goes of every chain that has one and has not ended: of those that are
    /// remembered, and of `stored` ones, which are not remembered for it. Of the root chain where there is
    /// no such chain. Only while nothing is on its way to the store.
    ///
    /// @throws UnusableChainException if the end of one of them does not hold
    List<ChainPlace> openPlaces(Collection<String> stored) {
        Set<String> ids = new LinkedHashSet<>(stored);
        ids.addAll(all.keySet());
        ids.remove(root.id);
        List<ChainPlace> places = new ArrayList<>();
        if (root.sequence > 0) {
            places.add(root.next());
        }
        for (String id : ids) {
            Chain known = all.get(id);
            Chain chain = known == null ? new Chain(id, source.tip(id)) : known;
            if (chain.sequence > 0 && !chain.ended) {
                places.add(chain.next());
            }
        }
        return places.isEmpty() ? List.of(root.next()) : places;
    }

    /// A receipt that got its place by [#openPlaces] is in the store.
    void extended(LinkedReceipt receipt) {
        Chain chain = all.get(receipt.place().chainId());
        if (chain != null) {
            chain.append(receipt);
        }
    }

    /// A receipt that was linked is in the store.
    void settled(LinkedReceipt receipt) {
        Chain chain = all.get(receipt.place().chainId());
        if (chain != null) {
            chain.unsettled--;
        }
    }

    /// How many chains are remembered.
    int size() {
        return all.size();
    }

    private LinkedReceipt append(PreparedReceipt receipt, Chain chain) {
        if (chain.ended) {
            throw new UnusableChainException(chain.id, "it has ended");
        }
        Delegation delegation = chain == root || chain.sequence > 0 || root.sequence == 0
                ? null
                : new Delegation(root.id, root.lastId, issuerId);
        LinkedReceipt linked = receipt.link(new ChainPlace(chain.id, chain.sequence + 1, chain.lastHash, delegation));
        chain.append(linked);
        chain.unsettled++;
        chain.ended = receipt.isTerminal();
        return linked;
    }

    private Chain chainOf(String agentId, long uid) {
        if (agentId.isEmpty()) {
            return root;
        }
        String id = ChainIds.ofAgent(root.id, agentId);
        Map<String, Chain> ofUser =
                byUser.computeIfAbsent(uid, _ -> new LinkedHashMap<>(16, 0.75f, true)); // In the order of use.
        Chain known = ofUser.get(id);
        if (known != null) {
            return known;
        }
        Chain chain = all.get(id);
        if (chain == null) {
            chain = new Chain(id, source.tip(id));
            all.put(id, chain);
        }
        ofUser.put(id, chain);
        if (ofUser.size() > OF_USER_MAX) {
            forgetOne(ofUser, chain);
        }
        return chain;
    }

    /// Whatever is on its way to the store must stay, and what has just come in to be used: the store does
    /// not know of it yet.
    private void forgetOne(Map<String, Chain> ofUser, Chain wanted) {
        for (Iterator<Chain> chains = ofUser.values().iterator(); chains.hasNext(); ) {
            Chain chain = chains.next();
            if (chain.unsettled == 0 && chain != wanted) {
                chains.remove();
                if (byUser.values().stream().noneMatch(others -> others.containsKey(chain.id))) {
                    all.remove(chain.id);
                }
                return;
            }
        }
    }

    /// The chains that have a receipt on its way, or are remembered; the root chain last.
    List<String> open() {
        List<String> ids = new ArrayList<>(all.keySet());
        ids.remove(root.id);
        ids.add(root.id);
        return ids;
    }
}
