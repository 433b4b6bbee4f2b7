package dev.cairn.protocol.receipt;

/// A receipt that lacks two things: its place in a chain, which only the single writer knows, and its
/// signature. Immutable.
///
/// ```
/// {"@context":…,"credentialSubject":{"action":{…},"correlation_id":…,"outcome":{…},…
///                                                 ^chainAt           ^delegationAt
/// ```
public final class PreparedReceipt {

    /// What every receipt ends with; the proof goes before it.
    static final byte[] TAIL =
            ReceiptText.ascii("\"type\":[\"VerifiableCredential\",\"AgentReceipt\"],\"version\":\"0.5.0\"}");

    private static final byte[] CHAIN = ReceiptText.name("chain");
    private static final byte[] CHAIN_ID = ReceiptText.name("chain_id");
    private static final byte[] PREVIOUS = ReceiptText.name("previous_receipt_hash");
    private static final byte[] FIRST = ReceiptText.ascii("\"previous_receipt_hash\":null,");
    private static final byte[] SEQUENCE = ReceiptText.name("sequence");
    private static final byte[] INTERRUPTED = ReceiptText.ascii("\"status\":\"interrupted\",\"terminal\":true,");
    private static final byte[] DELEGATION = ReceiptText.name("delegation");
    private static final byte[] DELEGATOR = ReceiptText.name("delegator");
    private static final byte[] ID = ReceiptText.name("id");
    private static final byte[] PARENT_CHAIN_ID = ReceiptText.name("parent_chain_id");
    private static final byte[] PARENT_RECEIPT_ID = ReceiptText.name("parent_receipt_id");
    private static final int CHAIN_ROOM = 256;

    private final ReceiptColumns columns;
    private final String agentId;
    private final Ending ending;
    private final long drops;
    private final byte[] text;
    private final int chainAt;
    private final int delegationAt;

    /// @param drops how many events it says were lost
    /// @param text is not copied
    PreparedReceipt(
            ReceiptColumns columns,
            String agentId,
            Ending ending,
            long drops,
            byte[] text,
            int chainAt,
            int delegationAt) {
        this.columns = columns;
        this.agentId = agentId;
        this.ending = ending;
        this.drops = drops;
        this.text = text;
        this.chainAt = chainAt;
        this.delegationAt = delegationAt;
    }

    public ReceiptColumns columns() {
        return columns;
    }

    /// The sub-agent into whose chain it belongs; empty for the root chain.
    public String agentId() {
        return agentId;
    }

    /// Whether nothing may follow it in its chain.
    public boolean isTerminal() {
        return ending != Ending.NONE;
    }

    /// How many events it says were lost; 0 for a receipt that does not tell of losses.
    public long drops() {
        return drops;
    }

    /// Bytes it takes until it is stored, when its text is there three times: prepared, linked and signed; for
    /// limits on what is under way.
    public long weight() {
        return 3L * text.length + 2L * columns.length();
    }

    /// The receipt at its place. Of one prepared receipt several can be made, as of a placement that did not
    /// come to be stored.
    public LinkedReceipt link(ChainPlace place) {
        ReceiptText signed =
                new ReceiptText(text.length + CHAIN_ROOM + place.chainId().length());
        signed.raw(text, 0, chainAt).open(CHAIN).text(CHAIN_ID, place.chainId());
        String previousHash = place.previousHash();
        if (previousHash == null) {
            signed.raw(FIRST);
        } else {
            signed.text(PREVIOUS, previousHash);
        }
        signed.number(SEQUENCE, place.sequence());
        if (ending == Ending.INTERRUPTED) {
            signed.raw(INTERRUPTED);
        }
        signed.close().raw(text, chainAt, delegationAt);
        Delegation delegation = place.delegation();
        if (delegation != null) {
            signed.open(DELEGATION)
                    .open(DELEGATOR)
                    .text(ID, delegation.delegatorId())
                    .close()
                    .text(PARENT_CHAIN_ID, delegation.parentChainId())
                    .text(PARENT_RECEIPT_ID, delegation.parentReceiptId())
                    .close();
        }
        return new LinkedReceipt(
                columns,
                place,
                isTerminal(),
                drops,
                signed.raw(text, delegationAt, text.length).toByteArray());
    }
}
