package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.witness.AnchorRequest;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessIdentity;
import dev.cairn.protocol.witness.WitnessUrl;
import dev.cairn.relay.VertxSetup;
import dev.cairn.witness.UserWitnesses;
import dev.cairn.witness.UserWitnesses.Publication;
import dev.cairn.witness.WitnessToken;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

final class WitnessPublishCommand implements Callable<Integer> {

    private static final int TIMEOUT_MILLIS_MAX = 60_000;

    private final Surroundings surroundings;

    private @Nullable Path file;
    private @Nullable Path sealFile;
    private @Nullable Path ringDir;
    private @Nullable Path witnessFile;
    private List<String> urls = List.of();
    private @Nullable String tokenVariable;
    private @Nullable Path tokenFile;
    private long timeoutMillis = 2_000;
    private long quorum = 1;
    private boolean json;

    static CommandLine line(Surroundings surroundings) {
        WitnessPublishCommand publish = new WitnessPublishCommand(surroundings);
        return Shape.of("publish", publish)
                .header("Have witnesses confirm the newest seal of your own log.")
                .description(
                        "The log is verified first, and its newest seal must be signed and cover all of it. Each witness that "
                                + "gives an anchor is recorded in ~/.patchwork/witnesses.jsonl; one that names another tip, count or "
                                + "signature is not. A relay does this for its own log by itself.",
                        "Exit code: 0 as many distinct witnesses as --quorum confirmed, 1 fewer did, or the log is not as it "
                                + "should be, 2 a file cannot be read or an option is wrong.")
                .footer(
                        "Examples:",
                        "  cairn witness publish --witness-url https://witness.example/api/v1/anchor",
                        "  cairn witness publish --witness-url URL1 --witness-url URL2 --quorum 2 --token-env WITNESS_TOKEN")
                .texts(
                        value -> publish.urls = value,
                        "URL",
                        "Where a witness takes seals. Repeatable.",
                        "--witness-url")
                .number(value -> publish.quorum = value, "N", "How many must confirm (default: 1).", "--quorum")
                .text(
                        value -> publish.tokenVariable = value,
                        "NAME",
                        "The environment variable that holds the witnesses' token. All of them get it.",
                        "--token-env")
                .path(
                        value -> publish.tokenFile = value,
                        "FILE",
                        "The token is in this file, mode 0600.",
                        "--token-file")
                .number(
                        value -> publish.timeoutMillis = value,
                        "N",
                        "Wait so long for each witness (default: 2000).",
                        "--timeout-ms")
                .path(value -> publish.file = value, "FILE", "The log (default: ~/.patchwork/events.jsonl).", "--file")
                .path(
                        value -> publish.sealFile = value,
                        "FILE",
                        "Its seals (default: ~/.patchwork/seals.jsonl).",
                        "--seal-file")
                .path(
                        value -> publish.ringDir = value,
                        "DIR",
                        "The keys of the seals (default: ~/.patchwork/keys/seal).",
                        "--keyring-dir")
                .path(
                        value -> publish.witnessFile = value,
                        "FILE",
                        "Record anchors here (default: ~/.patchwork/witnesses.jsonl).",
                        "--witness-file")
                .flag(value -> publish.json = value, "Print one line of JSON.", "--json")
                .line();
    }

    private WitnessPublishCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        List<URI> witnesses = witnesses();
        WitnessToken token = token();
        SealedTip seal = chain().verifiedSeal(surroundings);
        AnchorsFile anchors = new AnchorsFile(
                witnessFile == null ? UserChain.home(surroundings).resolve(AnchorsFile.NAME) : witnessFile);
        List<Publication> publications = new ArrayList<>();
        surroundings.log("warn");
        Vertx vertx = VertxSetup.create();
        try (UserWitnesses asked = new UserWitnesses(vertx, Duration.ofMillis(timeoutMillis), null)) {
            for (URI witness : witnesses) {
                Publication publication = asked.publish(AnchorRequest.ofUserSeal(seal, Instant.now()), witness, token);
                if (publication instanceof Publication.Published published) {
                    anchors.add(published.anchor());
                }
                publications.add(publication);
            }
        } finally {
            vertx.close().await();
        }
        return report(seal, publications);
    }

    private Integer report(SealedTip seal, List<Publication> publications) {
        int confirmed = countDistinct(publications);
        boolean good = confirmed >= quorum;
        if (json) {
            List<String> results =
                    publications.stream().map(WitnessPublishCommand::toJson).toList();
            JsonText answer = JsonText.object().put("ok", good);
            if (!good) {
                answer.put("error", missed(confirmed));
            }
            surroundings
                    .out()
                    .println(answer.put("tip_hash", seal.tip().text())
                            .put("chained_events", seal.count())
                            .put("quorum", quorum)
                            .put("confirmed", confirmed)
                            .putRaw("witnesses", "[" + String.join(",", results) + "]"));
        } else {
            publications.forEach(this::print);
            String sealed = Human.count(seal.count(), "event") + " with tip "
                    + Human.shortHash(seal.tip().text());
            Style style = surroundings.style();
            surroundings
                    .out()
                    .println(
                            good
                                    ? style.good("CONFIRMED") + "  " + sealed + ", by "
                                            + ProofWords.witnesses(confirmed)
                                    : style.bad("NOT CONFIRMED") + "  " + sealed + ": " + missed(confirmed));
        }
        return good ? ExitCode.GOOD : ExitCode.FAILED;
    }

    private String missed(int confirmed) {
        return confirmed + " of " + ProofWords.witnesses(quorum) + " confirmed";
    }

    /// By place and by the key that it signed with, as one witness may have several URLs.
    private static int countDistinct(List<Publication> publications) {
        List<WitnessIdentity> witnesses = new ArrayList<>();
        for (Publication publication : publications) {
            if (publication instanceof Publication.Published published) {
                witnesses.add(published.witness());
            }
        }
        return WitnessIdentity.countDistinct(witnesses);
    }

    private void print(Publication publication) {
        Style style = surroundings.style();
        surroundings
                .out()
                .println(
                        switch (publication) {
                            case Publication.Published published ->
                                style.good("confirmed    ") + " "
                                        + published.anchor().witnessUrl() + "  anchor "
                                        + Human.visible(published.anchor().anchorId(), 80) + ", at "
                                        + published.anchor().witnessedAt();
                            case Publication.NotPublished refused ->
                                style.bad("not confirmed") + " " + refused.witness() + "  "
                                        + Human.visible(refused.reason(), 200);
                        });
    }

    private static String toJson(Publication publication) {
        return switch (publication) {
            case Publication.Published published ->
                JsonText.object()
                        .put("url", published.anchor().witnessUrl())
                        .put("ok", true)
                        .put("anchor_id", published.anchor().anchorId())
                        .put("witnessed_at", published.anchor().witnessedAt())
                        .toString();
            case Publication.NotPublished refused ->
                JsonText.object()
                        .put("url", refused.witness().text())
                        .put("ok", false)
                        .put("error", refused.reason())
                        .toString();
        };
    }

    private UserChain chain() {
        Path home = UserChain.home(surroundings);
        return new UserChain(
                file == null ? home.resolve("events.jsonl") : file,
                sealFile == null ? home.resolve("seals.jsonl") : sealFile,
                ringDir == null ? home.resolve("keys/seal") : ringDir);
    }

    private List<URI> witnesses() {
        if (urls.isEmpty()) {
            throw CommandFailedException.usage("--witness-url: say where a witness takes seals");
        }
        if (timeoutMillis < 1 || timeoutMillis > TIMEOUT_MILLIS_MAX) {
            throw CommandFailedException.usage(
                    "--timeout-ms: expected 1 to " + TIMEOUT_MILLIS_MAX + ", got " + timeoutMillis);
        }
        if (quorum < 1 || quorum > urls.size()) {
            throw CommandFailedException.usage(
                    "--quorum: expected 1 to the number of witnesses, " + urls.size() + ", got " + quorum);
        }
        return urls.stream().map(WitnessPublishCommand::url).toList();
    }

    private static URI url(String text) {
        try {
            URI url = URI.create(text);
            WitnessUrl.of(url);
            return url;
        } catch (IllegalArgumentException _) { // Its message would show the URL, which may hold a password.
            throw CommandFailedException.usage("--witness-url: expected an http or https URL");
        }
    }

    private @Nullable WitnessToken token() {
        if (tokenVariable != null && tokenFile != null) {
            throw CommandFailedException.usage("--token-file: given beside --token-env, of which one is enough");
        }
        try {
            if (tokenFile != null) {
                return WitnessToken.read(tokenFile);
            }
            if (tokenVariable == null) {
                return null;
            }
            String token = surroundings.variable(tokenVariable);
            if (token == null) {
                throw CommandFailedException.usage(
                        "--token-env: the variable " + Human.visible(tokenVariable, 80) + " is not set");
            }
            return WitnessToken.of(token);
        } catch (IOException e) {
            throw CommandFailedException.usage("--token-file: cannot use " + tokenFile + ": " + NamedFile.reason(e));
        } catch (IllegalArgumentException e) {
            throw CommandFailedException.usage("--token-env: " + e.getMessage());
        }
    }
}
