package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.protocol.receipt.key.KeyPem;
import dev.cairn.protocol.receipt.verify.ReadReceipt;
import dev.cairn.protocol.receipt.verify.ReceiptReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A directory with a real store of receipts and the public key that they are checked with.
final class ReceiptsFixture {

    static final String SCHEMA = """
            CREATE TABLE receipts(id TEXT PRIMARY KEY, chain_id TEXT NOT NULL, sequence INTEGER NOT NULL,
              action_type TEXT NOT NULL, tool_name TEXT NOT NULL DEFAULT '', risk_level TEXT NOT NULL, status TEXT NOT NULL,
              timestamp TEXT NOT NULL, issuer_id TEXT NOT NULL, principal_id TEXT, receipt_json TEXT NOT NULL,
              receipt_hash TEXT NOT NULL, previous_receipt_hash TEXT, created_at TEXT DEFAULT CURRENT_TIMESTAMP);
            CREATE UNIQUE INDEX idx_receipts_chain ON receipts(chain_id, sequence);
            CREATE INDEX idx_receipts_action ON receipts(action_type)""";

    private final Path dir;
    private Ed25519KeyPair key = key(1);
    private String previous = "null";
    private String time = "2026-06-15T10:00:00Z";
    private String peer = "";
    private String session = "";
    private String status = "success";

    private ReceiptsFixture(Path dir) {
        this.dir = dir;
    }

    /// An empty store.
    static ReceiptsFixture in(Path dir) throws SQLException, IOException {
        return in(dir, SCHEMA);
    }

    static ReceiptsFixture in(Path dir, String schema) throws SQLException, IOException {
        ReceiptsFixture fixture = new ReceiptsFixture(dir);
        fixture.execute("PRAGMA journal_mode = WAL");
        for (String statement : schema.split(";", -1)) {
            fixture.execute(statement);
        }
        fixture.publish(fixture.key);
        return fixture;
    }

    static Ed25519KeyPair key(int number) {
        byte[] seed = new byte[Ed25519KeyPair.SEED_LENGTH];
        Arrays.fill(seed, (byte) number);
        return Ed25519KeyPair.fromSeed(seed);
    }

    /// A vector file, read in place; the test is skipped where it is absent.
    static JsonObject vectors(String name) throws IOException {
        Path file = Path.of(System.getProperty("vectors", "../../shared/vectors"), "receipts", name);
        assumeTrue(Files.exists(file), () -> "third-party vectors are absent: " + file.toAbsolutePath());
        return new JsonObject(Files.readString(file));
    }

    Path db() {
        return dir.resolve("receipts.db");
    }

    Path publicKey() {
        return dir.resolve("signing.key.pub");
    }

    CommandRun verify(String... options) {
        return run("verify", options);
    }

    CommandRun run(String command, String... options) {
        String[] args = new String[options.length + 4];
        args[0] = "receipts";
        args[1] = command;
        args[2] = "--db";
        args[3] = db().toString();
        System.arraycopy(options, 0, args, 4, options.length);
        return CommandRun.of(args);
    }

    void publish(Ed25519KeyPair pair) throws IOException {
        Files.write(publicKey(), KeyPem.encode(pair.publicKey()));
    }

    void publish(String pem) throws IOException {
        Files.writeString(publicKey(), pem);
    }

    /// Puts a public key where a rotation leaves it.
    void archive(Ed25519KeyPair pair) throws IOException {
        String fingerprint = KeyRotation.fingerprint(pair.publicKey());
        String name = "signing.key.pub.rotated-" + fingerprint.substring(fingerprint.length() - 16);
        Files.write(dir.resolve(name), KeyPem.encode(pair.publicKey()));
    }

    ReceiptsFixture signWith(Ed25519KeyPair pair) {
        key = pair;
        return this;
    }

    /// The time of what is added from here on.
    ReceiptsFixture at(String text) {
        time = text;
        return this;
    }

    /// What the receipts added from here on say of their emitter's process; nothing if it is empty.
    ReceiptsFixture from(String peerCredential) {
        peer = peerCredential.isEmpty() ? "" : ",\"peer_credential\":" + peerCredential;
        return this;
    }

    /// What is added from here on is of the round trip that tells by this session that it is its own.
    ReceiptsFixture doctored(String id) {
        session = id;
        return this;
    }

    /// What is added from here on is of a call that has not ended.
    ReceiptsFixture pending() {
        status = "pending";
        return this;
    }

    /// Adds as many genuine receipts to a chain that begins with them.
    ReceiptsFixture chain(String id, int receipts) throws SQLException {
        previous = "null";
        for (int sequence = 1; sequence <= receipts; sequence++) {
            add(id, sequence, "");
        }
        return this;
    }

    /// Adds a genuine receipt behind the one that was added last.
    ///
    /// @param subject members of the subject between `chain` and `outcome`, each with a comma in front
    ReceiptsFixture add(String chain, int sequence, String subject) throws SQLException {
        String type = subject.contains("keyRotation")
                ? "agent.key.rotate"
                : session.isEmpty() ? "filesystem.file.read" : "doctor.agent-receipts-doctor.roundtrip";
        String issuer = session.isEmpty() ? "" : ",\"session_id\":\"" + session + '"';
        String text =
                """
                {"@context":["https://www.w3.org/ns/credentials/v2","https://agentreceipts.ai/context/v2"],\
                "credentialSubject":{"action":{"id":"act_1"%s,"risk_level":"low","timestamp":"%s","type":"%s"},\
                "chain":{"chain_id":"%s","previous_receipt_hash":%s,"sequence":%d}%s,"outcome":{"status":"%s"},\
                "principal":{"id":"did:user:alice"}},"id":"urn:receipt:%s:%d","issuanceDate":"2026-06-15T10:00:00Z",\
                "issuer":{"id":"did:agent:a"%s},"type":["VerifiableCredential","AgentReceipt"],"version":"0.5.0"}""".formatted(peer, time, type, chain, previous, sequence, subject, status, chain, sequence, issuer);
        String proof = """
                ,"proof":{"type":"Ed25519Signature2020","created":"2026-06-15T10:00:00Z","proofPurpose":"assertionMethod",\
                "proofValue":"%s","verificationMethod":"did:agent:a#k1"}}""".formatted(key.sign(text.getBytes(UTF_8)));
        String receipt = text.substring(0, text.length() - 1) + proof;
        insert(receipt);
        previous = '"' + read(receipt).hash() + '"';
        return this;
    }

    /// Adds a receipt by which the key hands over to another, and signs with that from then on.
    ReceiptsFixture rotate(String chain, int sequence, Ed25519KeyPair next) throws SQLException {
        add(chain, sequence, """
                ,"keyRotation":{"event_type":"key_rotated","new_algorithm":"ed25519","new_key_fingerprint":"%s",\
                "new_public_key":"%s","old_algorithm":"ed25519","old_key_fingerprint":"%s","signed_with":"old"}""".formatted(
                        KeyRotation.fingerprint(next.publicKey()),
                        next.publicKey().text(),
                        KeyRotation.fingerprint(key.publicKey())));
        return signWith(next);
    }

    /// Adds the receipts of a vector file as a daemon stores them.
    void insertAll(JsonArray receipts) throws SQLException {
        for (Object receipt : receipts) {
            insert(((JsonObject) receipt).encode());
        }
    }

    void insert(String text) throws SQLException {
        ReadReceipt receipt = read(text);
        JsonObject subject = new JsonObject(text).getJsonObject("credentialSubject");
        JsonObject action = subject.getJsonObject("action");
        try (Connection connection = connect();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO receipts(id, chain_id, sequence, action_type,"
                                + " tool_name, risk_level, status, timestamp, issuer_id, principal_id, receipt_json, receipt_hash,"
                                + " previous_receipt_hash) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            List<@Nullable Object> values = Arrays.asList(
                    receipt.facts().id(),
                    receipt.link().chainId(),
                    receipt.link().sequence(),
                    receipt.facts().actionType(),
                    Objects.requireNonNullElse(action.getString("tool_name"), ""),
                    receipt.facts().riskLevel(),
                    receipt.facts().status(),
                    receipt.facts().timestamp(),
                    receipt.facts().issuerId(),
                    receipt.facts().principalId(),
                    text,
                    receipt.hash(),
                    receipt.link().previousHash());
            for (int i = 0; i < values.size(); i++) {
                insert.setObject(i + 1, values.get(i));
            }
            insert.executeUpdate();
        }
    }

    void execute(String sql, Object... values) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + db());
    }

    private static ReadReceipt read(String text) {
        var reading = new ReceiptReader().read(text.getBytes(UTF_8));
        assertThat(reading).as(reading.toString()).isInstanceOf(ReadReceipt.class);
        return (ReadReceipt) reading;
    }
}
