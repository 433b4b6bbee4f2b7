package dev.cairn.loadtest;

/// What the emitters of a run were told, kept to be checked when it is over.
record Evidence(AcknowledgedEvents events, GivenSignatures signatures) {

    Evidence(int run, int connections) {
        this(new AcknowledgedEvents(run, connections), new GivenSignatures(run, connections));
    }
}
