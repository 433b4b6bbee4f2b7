package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.receipt.verify.FaultKind;
import dev.cairn.protocol.receipt.verify.ReadReceipt;
import dev.cairn.protocol.receipt.verify.ReceiptFault;
import dev.cairn.relay.receipts.read.ChainReport;
import dev.cairn.relay.receipts.read.StoredRow;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What speaks for one receipt, and what against it (`specs/receipts.md` 8.5).
record EventEvidence(String id, String chainId, long sequence, List<Check> checks) {

    enum Status {
        PASS,
        FAIL,
        WARN,
        NOT_APPLICABLE;

        String word() {
            return this == NOT_APPLICABLE ? "n/a" : name().toLowerCase(Locale.ROOT);
        }
    }

    /// One of the six.
    record Check(String name, Status status, String detail) {}

    private static final String PEER_CREDENTIAL = "peer_credential";
    private static final Set<FaultKind> UNSIGNED = Set.of(FaultKind.UNREADABLE, FaultKind.BAD_SIGNATURE);
    private static final Set<FaultKind> MISPLACED =
            Set.of(FaultKind.BAD_SEQUENCE, FaultKind.BAD_CHAIN_ID, FaultKind.AFTER_TERMINAL, FaultKind.ILLEGAL_STATUS);
    private static final Set<String> ATTESTING = Set.of("linux", "darwin");
    private static final long UNSIGNED_32_MAX = 0xFFFF_FFFFL;

    /// @param receipt null if it cannot be read
    /// @param fault what is wrong with it, null if nothing is
    /// @param chain the verdict on the whole of its chain
    /// @param allowlist executables that are expected, empty if nobody said
    static EventEvidence of(
            StoredRow row,
            @Nullable ReadReceipt receipt,
            @Nullable ReceiptFault fault,
            ChainReport chain,
            Set<String> allowlist) {
        byte[] text = row.text();
        JsonObject object = JsonObject.parse(receipt == null || text == null ? "{}" : new String(text, UTF_8));
        JsonObject peer = member(member(member(object, "credentialSubject"), "action"), PEER_CREDENTIAL);
        String id = receipt == null
                ? String.valueOf(row.columns().id())
                : receipt.facts().id();
        return new EventEvidence(
                id,
                row.chainId(),
                row.sequence(),
                List.of(
                        signature(fault),
                        linkage(chain),
                        peer(peer),
                        exePath(peer, allowlist),
                        version(object.text("version", "")),
                        place(fault)));
    }

    boolean isFailed() {
        return checks.stream().anyMatch(check -> check.status() == Status.FAIL);
    }

    /// Whether the operating system's word on the emitter is in it.
    boolean isAttested() {
        return checks.stream().anyMatch(check -> check.name().equals(PEER_CREDENTIAL) && check.status() == Status.PASS);
    }

    String verdict() {
        return isFailed()
                ? "failed"
                : isAttested() ? "verified_provenance_confirmed" : "verified_no_provenance_evidence";
    }

    private static Check signature(@Nullable ReceiptFault fault) {
        return fault != null && UNSIGNED.contains(fault.kind())
                ? new Check("signature", Status.FAIL, fault.cause())
                : new Check("signature", Status.PASS, "by the chain's key");
    }

    private static Check linkage(ChainReport chain) {
        ReceiptFault first = chain.verdict().firstFault();
        if (chain.isValid()) {
            return new Check(
                    "hash_linkage", Status.PASS, "all " + chain.verdict().length() + " receipts of the chain");
        }
        return new Check(
                "hash_linkage",
                Status.FAIL,
                first == null
                        ? String.join("; ", chain.complaints())
                        : "the chain is broken at receipt " + first.index() + ": " + first.cause());
    }

    private static Check peer(@Nullable JsonObject peer) {
        if (peer == null) {
            return new Check(PEER_CREDENTIAL, Status.NOT_APPLICABLE, "the receipt has none");
        }
        String platform = peer.text("platform", "");
        if (platform.isEmpty() || !isInteger(peer, "pid", Integer.MAX_VALUE)) {
            return new Check(PEER_CREDENTIAL, Status.FAIL, "without a platform or a process id");
        }
        if (!ATTESTING.contains(platform)) {
            return new Check(PEER_CREDENTIAL, Status.NOT_APPLICABLE, "of another platform: " + platform);
        }
        return isInteger(peer, "uid", UNSIGNED_32_MAX) && isInteger(peer, "gid", UNSIGNED_32_MAX)
                ? new Check(
                        PEER_CREDENTIAL,
                        Status.PASS,
                        "pid " + peer.number("pid", 0) + ", uid " + peer.number("uid", 0) + ", gid "
                                + peer.number("gid", 0))
                : new Check(PEER_CREDENTIAL, Status.FAIL, "without a user or a group");
    }

    private static boolean isInteger(JsonObject object, String name, long max) {
        String raw = object.raw(name);
        return raw != null && raw.matches("[0-9]{1,10}") && Long.parseLong(raw) <= max;
    }

    private static Check exePath(@Nullable JsonObject peer, Set<String> allowlist) {
        String path = peer == null ? null : peer.text("exe_path");
        if (allowlist.isEmpty() || peer == null) {
            return new Check("exe_path", Status.NOT_APPLICABLE, path == null ? "unknown" : path);
        }
        if (path == null) {
            return new Check("exe_path", Status.WARN, "unknown");
        }
        return allowlist.contains(path)
                ? new Check("exe_path", Status.PASS, path)
                : new Check("exe_path", Status.WARN, "not in the list: " + path);
    }

    private static Check version(String version) {
        return new Check("schema_version", version.startsWith("0.") ? Status.PASS : Status.FAIL, version);
    }

    private static Check place(@Nullable ReceiptFault fault) {
        return fault != null && (MISPLACED.contains(fault.kind()) || fault.kind() == FaultKind.UNREADABLE)
                ? new Check("sequence", Status.FAIL, fault.cause())
                : new Check("sequence", Status.PASS, "in its place");
    }

    private static @Nullable JsonObject member(@Nullable JsonObject object, String name) {
        return object == null ? null : object.object(name);
    }
}
