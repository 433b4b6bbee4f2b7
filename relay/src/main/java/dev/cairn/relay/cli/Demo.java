package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `cairn up --demo`: three witnesses and a relay, an agent at work, seals and their quorum, and what becomes of those
/// who tamper with the log. Read [#tell] from top to bottom to see the story; whatever it claims, it has checked.
final class Demo {

    private static final List<String> NAMES = List.of("auditor", "customer", "security");
    private static final String AWAY = "customer";
    private static final int QUORUM = 2;
    private static final int EVENTS = 300;
    private static final int MORE_EVENTS = 60;
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final int INTERRUPTED = 130;
    static final String CONFIG = "relay-config.json";

    private final Surroundings surroundings;
    private final Told told;
    private final DemoTeller teller;
    private final String cairn;

    /// @param keep its directory stays
    /// @param json one line of JSON for each step
    record Told(boolean keep, boolean json) {}

    Demo(Surroundings surroundings, Told told) {
        this.surroundings = surroundings;
        this.told = told;
        this.teller = new DemoTeller(surroundings, told.json());
        this.cairn = CommandText.of(surroundings, null, null).cairn();
    }

    Integer run() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Path dir;
        try (DemoStage stage = told.keep() ? DemoStage.kept() : DemoStage.temporary()) {
            dir = stage.dir();
            try {
                tell(stage);
            } catch (IOException | RuntimeException e) {
                if (stage.isClosed()) {
                    return INTERRUPTED; // Ctrl-C took the servers away under the story: nobody wants to read of that.
                }
                throw inStep(e, dir);
            }
        }
        conclude(dir, Duration.ofNanos(System.nanoTime() - begun));
        return ExitCode.GOOD;
    }

    private void tell(DemoStage stage) throws IOException, InterruptedException {
        teller.say(teller.style().bold("Cairn keeps what agents do so that nobody can change it unseen.")
                + " Half a minute shows it: real processes");
        teller.say("on this machine, on loopback only, all files in " + stage.dir()
                + (told.keep() ? "." : ", which is removed at the end (--keep keeps it)."));
        List<DemoWitness> witnesses = startWitnesses(stage);
        DemoRelay relay = startRelay(stage, witnesses);
        try (DemoSession agent = new DemoSession(relay.socket(), stage.dir().resolve("divergence.json"))) {
            work(agent, relay);
            sealAndConfirm(agent, relay, witnesses);
            losingAWitness(agent, relay, witnesses);
            relay.stop(STOP_PATIENCE);
            new DemoForgeries(surroundings, teller, stage.dir(), relay, QUORUM).tell(agent.sent());
        }
    }

    private List<DemoWitness> startWitnesses(DemoStage stage) throws InterruptedException {
        teller.begin(
                "Three witnesses and a relay start",
                "A witness is run by somebody else: an auditor, a customer, your security team. It never sees an event:",
                "it is shown seals, keeps them in a chain of its own, and signs a receipt for each. The relay knows the",
                "witnesses' public keys, and wants two of the three to confirm whatever it seals.");
        List<DemoProcess> processes = new ArrayList<>();
        for (String name : NAMES) {
            String data = stage.dir().resolve(name).toString();
            processes.add(stage.start(name, "witness", "serve", "--json", "--data", data, "--http", "127.0.0.1:0"));
        }
        List<DemoWitness> witnesses = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            DemoWitness witness = DemoWitness.ready(NAMES.get(i), processes.get(i), START_PATIENCE);
            witnesses.add(witness);
            teller.fact(
                    witness.name(),
                    witness.url() + "  "
                            + teller.style().faint("key " + witness.key().text()));
        }
        return witnesses;
    }

    private DemoRelay startRelay(DemoStage stage, List<DemoWitness> witnesses)
            throws IOException, InterruptedException {
        Path data = stage.dir().resolve("relay");
        Path config = stage.dir().resolve(CONFIG);
        Files.writeString(config, DemoRelay.config(witnesses, QUORUM) + "\n");
        DemoProcess process = stage.start(
                "relay",
                "up",
                "--json",
                "--data",
                data.toString(),
                "--http",
                "127.0.0.1:0",
                "--config",
                config.toString());
        process.ready(START_PATIENCE);
        DemoRelay relay = new DemoRelay(process, data, new CommandText(cairn, " --data " + data));
        teller.fact("relay", relay.socket().toString());
        teller.say("");
        teller.shorten(stage.dir());
        teller.command(cairn + " witness serve --data " + stage.dir().resolve(AWAY));
        teller.command(cairn + " up --data " + data + " --config " + config);
        teller.end(JsonText.object()
                .put("witnesses", NAMES)
                .put("quorum", QUORUM)
                .put("directory", stage.dir().toString()));
        return relay;
    }

    private void work(DemoSession agent, DemoRelay relay) {
        teller.begin(
                "An agent works, and everything it does is recorded",
                "Its hooks send what it reads, edits and runs. Each event is on disk, under a hash that covers all events",
                "before it, when it is acknowledged. The agent cannot reach the log, let alone change it.");
        long begun = System.nanoTime();
        agent.work(EVENTS);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
        String tip = demandAllStored(agent, relay);
        teller.fact("events", agent.summary());
        teller.fact("denied", teller.style().warning(DemoSession.DENIED));
        teller.fact(
                "stored",
                Human.count(EVENTS, "record") + " in " + Human.duration(elapsed) + ", tip " + Human.shortHash(tip));
        teller.say("");
        teller.command(cairn + " tail --data " + relay.dir());
        teller.end(JsonText.object().put("events", EVENTS).put("tip", tip));
    }

    private void sealAndConfirm(DemoSession agent, DemoRelay relay, List<DemoWitness> witnesses)
            throws InterruptedException {
        teller.begin(
                "The chain is sealed, and the witnesses confirm it",
                "A seal signs how many records there are, the hash of the last one, and the time. The relay makes one every",
                "15 minutes by itself; here it is asked to. Each witness returns a receipt under a key that the relay does",
                "not have: from now on nobody can change these records unseen, not even whoever owns the relay.");
        confirm(agent, relay, witnesses);
        teller.say("");
        teller.command(cairn + " seal --data " + relay.dir());
    }

    private void losingAWitness(DemoSession agent, DemoRelay relay, List<DemoWitness> witnesses)
            throws InterruptedException {
        teller.begin(
                "One witness goes away, and the quorum still holds",
                "Witnesses are other people's machines: some are always down. Events never wait for them, and two of three",
                "are enough.");
        DemoWitness away = witnesses.get(NAMES.indexOf(AWAY));
        away.process().askToStop();
        away.process().awaitEnd(STOP_PATIENCE);
        teller.fact(AWAY, teller.style().warning("stopped"));
        agent.work(MORE_EVENTS);
        demandAllStored(agent, relay);
        teller.fact("stored", Human.count(MORE_EVENTS, "more record"));
        List<DemoWitness> left = witnesses.stream()
                .filter(witness -> !witness.name().equals(AWAY))
                .toList();
        confirm(agent, relay, left);
        teller.say("");
        teller.command(cairn + " status --data " + relay.dir());
    }

    /// Has the chain sealed, and demands that a quorum of `expected` confirms all of it.
    private void confirm(DemoSession agent, DemoRelay relay, List<DemoWitness> expected) throws InterruptedException {
        DemoRelay.Sealed seal = relay.seal();
        demand(seal.records() == agent.sent(), "the seal is of " + seal.records() + " records, not " + agent.sent());
        teller.fact("seal", Human.count(seal.records(), "record") + ", at " + seal.at() + ", key " + seal.keyId());
        List<DemoRelay.Receipt> receipts = relay.confirmations(seal, expected);
        for (DemoRelay.Receipt given : receipts) {
            teller.fact(
                    given.witness().name(),
                    "receipt " + given.receipt().anchor().id() + ", at "
                            + given.receipt().anchor().witnessedAt() + ", "
                            + teller.style().good("signed by its key"));
        }
        List<String> names = receipts.stream()
                .map(given -> given.witness().name())
                .distinct()
                .toList();
        demand(names.size() >= QUORUM, "only " + names + " gave a receipt that its key has signed");
        teller.fact(
                "quorum",
                teller.style().good("met") + ": " + names.size() + " of " + NAMES.size() + ", " + QUORUM
                        + " are needed");
        teller.end(JsonText.object()
                .put("records", seal.records())
                .put("sealed_at", seal.at())
                .put("tip", seal.tip())
                .put("confirmed_by", names)
                .put("quorum_met", true));
    }

    /// @return the tip
    private static String demandAllStored(DemoSession agent, DemoRelay relay) {
        JsonObject state = relay.ask(StatusCommand.CHAIN_STATE);
        long count = state.number("event_count", -1);
        demand(count == agent.sent(), "the chain has " + count + " records of " + agent.sent());
        return state.text("chain_tip", "");
    }

    static void demand(boolean holds, String otherwise) {
        if (!holds) {
            throw CommandFailedException.failed(otherwise);
        }
    }

    private void conclude(Path dir, Duration elapsed) {
        teller.say("");
        teller.say(teller.style().good("Everything held.") + " It took " + Human.duration(elapsed)
                + "; all processes have ended"
                + (told.keep() ? ", and the files are in " + dir + "." : ", and nothing is left."));
        teller.say("Start a relay of your own with: " + teller.style().bold(cairn + " up"));
        teller.conclude(JsonText.object()
                .put("ok", true)
                .put("steps", teller.step())
                .put("kept", told.keep() ? dir.toString() : null)
                .put("elapsed_ms", elapsed.toMillis()));
    }

    /// Where the story broke off; a defect stays one.
    private RuntimeException inStep(Exception failure, Path dir) {
        String why = failure instanceof CommandFailedException expected
                ? expected.error()
                : failure instanceof IOException io ? NamedFile.reason(io) : "";
        if (why.isEmpty() && failure instanceof RuntimeException defect) {
            return defect;
        }
        return CommandFailedException.failed(
                "step " + teller.step() + " of the demo does not hold: " + why,
                told.keep()
                        ? "Look into the logs in " + dir
                        : "Run it again with --keep, and look into the logs in its directory");
    }
}
