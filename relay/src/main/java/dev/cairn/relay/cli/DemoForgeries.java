package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.relay.chain.Recovery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The demo's second half: the relay has stopped, and there are only files. Three people try to hide what the agent
/// wanted to run, each cleverer than the one before; then the real log is verified.
final class DemoForgeries {

    private static final String HARMLESS = "git status";

    private final Surroundings surroundings;
    private final DemoTeller teller;
    private final Path dir;
    private final DemoRelay relay;
    private final int quorum;
    private final String cairn;
    private final DemoForger forger;

    /// @param dir where copies are made; the relay's configuration is there, too
    DemoForgeries(Surroundings surroundings, DemoTeller teller, Path dir, DemoRelay relay, int quorum) {
        this.surroundings = surroundings;
        this.teller = teller;
        this.dir = dir;
        this.relay = relay;
        this.quorum = quorum;
        this.cairn = CommandText.of(surroundings, null, null).cairn();
        this.forger = new DemoForger(relay.dir(), DemoSession.DENIED);
    }

    void tell(int records) throws IOException {
        edit();
        rewrite();
        reseal();
        verify(records);
    }

    private void edit() throws IOException {
        teller.begin(
                "Somebody changes one record",
                "The relay is stopped: from here on there are only files. In a copy of the log, what the agent wanted to",
                "run becomes '" + HARMLESS + "'.");
        Path copy = dir.resolve("changed");
        int line = forger.edit(copy, HARMLESS);
        DemoVerdict verdict = verifyCopy(copy);
        List<JsonObject> faults = verdict.faults("");
        Demo.demand(
                !verdict.isGood() && !faults.isEmpty() && faults.getFirst().number("line", 0) == line,
                "the change of line " + line + " was not found");
        teller.say("");
        teller.fact("caught", teller.style().good("line " + line + ", the very one: its hash is another now"));
        teller.end(JsonText.object().put("changed_line", line).put("found_line", line));
    }

    private void rewrite() throws IOException {
        teller.begin(
                "Somebody takes the record out, and computes every hash behind it anew",
                "Now all hashes and links fit: a chain alone cannot tell. But it is one record short, and the seals say",
                "what there was.");
        Path copy = dir.resolve("rewritten");
        forger.rewrite(copy);
        DemoVerdict verdict = verifyCopy(copy);
        Demo.demand(verdict.faults("").isEmpty(), "the forged chain does not even hold by itself");
        Demo.demand(!verdict.isGood() && !verdict.faults("seals").isEmpty(), "the seals did not show the forgery");
        teller.say("");
        teller.fact("caught", teller.style().good("the seals are of another chain"));
        teller.end(JsonText.object()
                .put("chain_holds", true)
                .put("seal_faults", verdict.faults("seals").size()));
    }

    private void reseal() throws IOException {
        teller.begin(
                "Somebody with the relay's own key seals the forgery, too",
                "Whoever is root on the relay's machine has its key: chain and seals fit each other again. The receipts of",
                "the witnesses do not, and there is no key for those here.");
        Path copy = dir.resolve("resealed");
        forger.reseal(copy);
        DemoVerdict verdict = verifyCopy(copy);
        Demo.demand(
                verdict.faults("").isEmpty() && verdict.faults("seals").isEmpty(),
                "the forged seals do not even fit the forged chain");
        Demo.demand(
                !verdict.isGood() && !verdict.faults("witnesses").isEmpty(), "the receipts did not show the forgery");
        teller.say("");
        teller.fact("caught", teller.style().good("the witnesses have seen other seals"));
        Files.delete(copy.resolve(Evidence.WITNESSES_FILE));
        Demo.demand(!silently(copy).isGood(), "without the receipts the forgery passes");
        teller.fact("", "Without the receipts it is UNPROVEN: --quorum demands them.");
        teller.end(JsonText.object()
                .put("chain_holds", true)
                .put("seals_hold", true)
                .put("witness_faults", verdict.faults("witnesses").size()));
    }

    private void verify(int records) {
        teller.begin(
                "The real log: everything is proven",
                "Verifying takes files and the witnesses' public keys: no relay, no network, nobody's word.");
        DemoVerdict verdict = verify(relay.log());
        teller.output(verdict.lines());
        JsonObject by = byPinnedKeys(verdict.facts().object("proven"));
        Demo.demand(verdict.isGood() && by != null, "the real log does not verify, or nobody's receipts prove it");
        JsonObject witnessed = Objects.requireNonNull(by);
        Demo.demand(
                witnessed.number("records", 0) == records
                        && witnessed.texts("witnesses").size() >= quorum,
                "not everything is proven: " + witnessed.raw());
        teller.say("");
        teller.fact(
                "proven",
                teller.style().good("all " + Human.count(records, "record")) + ", by "
                        + String.join(" and ", witnessed.texts("witnesses")) + ", since " + witnessed.text("since"));
        teller.end(JsonText.object()
                .put("records", records)
                .put("proven_records", witnessed.number("records", 0))
                .put("since", witnessed.text("since"))
                .put("witnesses", witnessed.texts("witnesses")));
    }

    /// What is proven by receipts whose keys are known from elsewhere; null when nothing is.
    private static @Nullable JsonObject byPinnedKeys(@Nullable JsonObject proven) {
        return proven == null
                ? null
                : proven.objects("witnessed").stream()
                        .filter(witnessed -> "pinned".equals(witnessed.text("by")))
                        .findFirst()
                        .orElse(null);
    }

    private DemoVerdict verifyCopy(Path copy) {
        DemoVerdict verdict = verify(copy.resolve(Recovery.LOG_NAME));
        teller.output(verdict.headlineAndFirstFault());
        return verdict;
    }

    private DemoVerdict verify(Path log) {
        List<String> options = options(log);
        teller.command(cairn + " " + String.join(" ", options));
        return DemoVerdict.of(options, surroundings);
    }

    private DemoVerdict silently(Path copy) {
        return DemoVerdict.of(options(copy.resolve(Recovery.LOG_NAME)), surroundings);
    }

    private List<String> options(Path log) {
        return DemoVerdict.options(log, Evidence.sealRing(relay.dir()), dir.resolve(Demo.CONFIG), quorum);
    }
}
