package dev.cairn.relay.cli;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How to type a command about the very relay that its user named: what remedies propose.
///
/// @param cairn how the user calls Cairn, for instance `./cairn`
/// @param options ` --data DIR` and ` --socket PATH` as far as they were given
record CommandText(String cairn, String options) {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    static CommandText of(Surroundings surroundings, @Nullable Path data, @Nullable Path socket) {
        String cairn = surroundings.variable("CAIRN_COMMAND");
        String options = (data == null ? "" : " --data " + quoted(data.toString()))
                + (socket == null ? "" : " --socket " + quoted(socket.toString()));
        return new CommandText(cairn == null ? "cairn" : cairn, options);
    }

    /// For instance `cairn emit --data DIR --action file_write`.
    ///
    /// @param words the command, of one word or several, and options of its own, which follow the relay's
    String of(String words) {
        int option = words.indexOf(" -");
        return option < 0
                ? cairn + " " + words + options
                : cairn + " " + words.substring(0, option) + options + words.substring(option);
    }

    /// As a shell takes it for one word.
    static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
