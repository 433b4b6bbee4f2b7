package dev.cairn.relay.chain;

import java.util.function.Consumer;

/// The check of what lies before a checkpoint, while the relay already serves.
interface HeadCheck {

    /// There is nothing left to check.
    HeadCheck DONE = new HeadCheck() {
        @Override
        public void start(Consumer<String> onDamage) {}

        @Override
        public void stop() {}
    };

    /// Begins; `onDamage` is told what is wrong, with line and offset, if anything is.
    void start(Consumer<String> onDamage);

    /// Gives up, without waiting.
    void stop();
}
