package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.json.JsonString;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The chains of a store that have changed since it was last sealed, and where each of them ends now: what
/// a seal over many chains says (`specs/receipts.md` 6.7).
///
/// Its tip names the tip before it, so that of all seals before none can be taken out, and every chain is
/// named by the last one that saw it change.
///
/// @param all in the order of their ids by UTF-16 code units, each chain once
public record ChainHeads(List<ChainHead> all) {

    /// @throws IllegalArgumentException if there are none, or they are out of order
    public ChainHeads {
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no heads");
        }
        for (int i = 1; i < all.size(); i++) {
            if (all.get(i - 1).chainId().compareTo(all.get(i).chainId()) >= 0) {
                throw new IllegalArgumentException("heads out of order");
            }
        }
    }

    /// The heads of these chains, in whatever order they come.
    public static ChainHeads of(Collection<ChainHead> heads) {
        return new ChainHeads(
                heads.stream().sorted(Comparator.comparing(ChainHead::chainId)).toList());
    }

    /// The tip of a seal that says this.
    ///
    /// @param previous the tip of the seal before it; `null` for the first
    public Hash tipAfter(@Nullable Hash previous) {
        StringBuilder text = new StringBuilder("[");
        if (previous == null) {
            text.append("null");
        } else {
            JsonString.append(text, previous.text());
        }
        byte[] canonical =
                text.append(',').append(text()).append(']').toString().getBytes(UTF_8);
        return Hash.of(canonical, 0, canonical.length);
    }

    /// The canonical text (RFC 8785).
    public String text() {
        StringBuilder text = new StringBuilder("[");
        String separator = "";
        for (ChainHead head : all) {
            text.append(separator).append("{\"chain_id\":");
            JsonString.append(text, head.chainId()).append(",\"receipt_hash\":");
            JsonString.append(text, head.hash().text())
                    .append(",\"sequence\":")
                    .append(head.sequence())
                    .append('}');
            separator = ",";
        }
        return text.append(']').toString();
    }
}
