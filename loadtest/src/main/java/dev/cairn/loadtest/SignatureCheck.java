package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Has the relay verify every signature that it gave, as anybody may ask it to.
///
/// @param verified how many hold
/// @param faults the first ones that do not, one sentence each
record SignatureCheck(long verified, List<String> faults) {

    private static final int BATCH = 64;
    private static final int FAULTS_MAX = 10;
    private static final String GOOD = "{\"ok\":true,\"verified\":true}";

    SignatureCheck {
        faults = List.copyOf(faults);
    }

    static SignatureCheck of(Path socket, List<GivenSignatures> runs) throws IOException {
        Asker asker = new Asker(socket);
        try (asker) {
            for (GivenSignatures run : runs) {
                for (int connection = 0; connection < run.connections(); connection++) {
                    for (int request = 0; request < run.requests(connection); request++) {
                        asker.add(new Attestation(run.run(), connection, request), run);
                    }
                }
            }
            asker.ask();
        }
        return new SignatureCheck(asker.verified, asker.faults);
    }

    /// Asks for several at once: one after the other would take longer than the load did.
    private static final class Asker implements AutoCloseable {

        private final ControlConnection relay;
        private final List<Attestation> asked = new ArrayList<>();
        private final List<String> requests = new ArrayList<>();
        private final List<String> faults = new ArrayList<>();
        private long verified;

        Asker(Path socket) throws IOException {
            relay = new ControlConnection(socket);
        }

        void add(Attestation signed, GivenSignatures run) throws IOException {
            String signature = run.signature(signed.connection(), (int) signed.request());
            if (!signature.isEmpty()) {
                asked.add(signed);
                requests.add(signed.verifyRequest(signature, run.keyId()));
            }
            if (requests.size() == BATCH) {
                ask();
            }
        }

        void ask() throws IOException {
            List<byte[]> answers = relay.askAll(requests);
            for (int i = 0; i < answers.size(); i++) {
                String answer = new String(answers.get(i), StandardCharsets.UTF_8);
                if (answer.equals(GOOD)) {
                    verified++;
                } else if (faults.size() < FAULTS_MAX) {
                    faults.add("the signature of request " + asked.get(i).request() + " of connection "
                            + asked.get(i).connection() + " does not verify: " + answer);
                }
            }
            asked.clear();
            requests.clear();
        }

        @Override
        public void close() throws IOException {
            relay.close();
        }
    }
}
