package dev.cairn.relay.cli;

import java.lang.reflect.Proxy;

/// Ctrl-C, the supervisor's wish to stop and the end of the terminal, heard as events: the JVM's own way of dealing
/// with them ends the process with 130, 143 or 129 and is deaf to a second one.
///
/// `sun.misc.Signal` is supported but not part of Java's API; the compiler warns of it and cannot be told not
/// to, so it is reached by name.
final class Signals {

    private Signals() {}

    /// Calls `listener` for each signal of that name, such as `TERM`, on a thread of its own. The JVM leaves
    /// `HUP` ignored where it was at the start, as `nohup` has it.
    static void on(String name, Runnable listener) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> {
                listener.run(); // The one method that the JVM calls is `handle`.
                return null;
            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no jdk.unsupported module", e);
        }
    }
}
