package dev.cairn.relay.launch;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A source tree with the real launcher in it, on a machine whose Maven and Java write down how they were called.
final class SourceTree {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int PATIENCE_SECONDS = 60;

    /// Builds as Maven would: says which module is on, and leaves a distribution behind.
    private static final String MAVEN = """
            #!/bin/sh
            echo "mvn JAVA_HOME=$JAVA_HOME $*" >> "$CALLS"
            [ ! -e "$TREE/broken" ] || { echo '[ERROR] Something.java:[3,5] does not compile'; exit 1; }
            echo '[INFO] Building Cairn protocol 0.1.0 [2/5]'
            mkdir -p "$TREE/relay/target/cairn/bin" "$TREE/relay/target/cairn/lib"
            cp "$TREE/relay/src/dist/bin/cairn" "$TREE/relay/target/cairn/bin/cairn"
            cp "$TREE"/relay/src/dist/lib/*.sh "$TREE/relay/target/cairn/lib/"
            chmod +x "$TREE/relay/target/cairn/bin/cairn"
            : > "$TREE/relay/target/cairn/lib/cairn-relay.jar"
            """;

    /// Makes the cache that it is asked for; as a daemon it says that it is ready.
    private static final String JAVA = """
            #!/bin/sh
            echo "java $0 $*" >> "$CALLS"
            for word; do
                case $word in
                    -XX:AOTCacheOutput=*) echo cache > "${word#*=}" ;;
                    up) echo ready ;;
                esac
            done
            """;

    private static final String[] TOOLS = {
        "cat", "chmod", "cp", "grep", "head", "mkdir", "mktemp", "mount", "mv", "rm", "sed", "sh", "sleep", "tail",
        "unshare"
    };

    /// Hides every directory in which a machine may have a JDK of its own.
    private static final String ALONE = "for dir in /usr/lib/jvm /usr/lib64/jvm /usr/java /opt; do"
            + " [ ! -d $dir ] || mount -t tmpfs none $dir || exit 77; done; exec ./cairn \"$@\"";

    private final Path directory;
    private final Path calls;
    private final Map<String, String> environment = new TreeMap<>();

    SourceTree(Path directory) throws IOException {
        this.directory = directory;
        calls = Files.createFile(directory.resolve("calls"));
        for (String file : new String[] {
            "cairn", "relay/src/dist/bin/cairn", "relay/src/dist/lib/launch.sh", "relay/src/dist/lib/train.sh"
        }) {
            Path copy = tree().resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(ROOT.resolve(file), copy);
        }
        environment.put("CALLS", calls.toString());
        environment.put("TREE", tree().toString());
        environment.put("HOME", Files.createDirectory(directory.resolve("home")).toString());
        environment.put("PATH", directory.resolve("bin").toString());
        for (String tool : TOOLS) {
            borrow(tool);
        }
    }

    /// A program of the machine itself: not its Java, not its Maven.
    private void borrow(String tool) throws IOException {
        for (String place : new String[] {"/usr/bin", "/bin"}) {
            Path program = Path.of(place, tool);
            if (Files.isExecutable(program)) {
                program(directory.resolve("bin").resolve(tool), "#!/bin/sh\nexec " + program + " \"$@\"\n");
                return;
            }
        }
    }

    Path tree() {
        return directory.resolve("tree");
    }

    Path home() {
        return directory.resolve("home");
    }

    SourceTree with(String variable, Path value) {
        environment.put(variable, value.toString());
        return this;
    }

    SourceTree without(String variable) {
        environment.remove(variable);
        return this;
    }

    /// Puts a Maven on the PATH.
    SourceTree withMaven() throws IOException {
        program(directory.resolve("bin/mvn"), MAVEN);
        return this;
    }

    /// Puts a JDK of that version at a place.
    Path jdk(Path place, String version) throws IOException {
        program(place.resolve("bin/java"), JAVA);
        program(place.resolve("bin/javac"), JAVA);
        Files.writeString(place.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        return place;
    }

    Run cairn(String... args) throws IOException, InterruptedException {
        return run(concat(new String[] {"./cairn"}, args));
    }

    /// On a machine that has no JDK but those made here; the test is skipped where that cannot be had.
    Run cairnAlone(String... args) throws IOException, InterruptedException {
        Run run = run(concat(new String[] {"unshare", "--mount", "--map-root-user", "sh", "-c", ALONE, "sh"}, args));
        assumeThat(run.said())
                .as("directories cannot be hidden here: needs user namespaces")
                .doesNotContain("unshare:", "mount:");
        return run;
    }

    private Run run(String... command) throws IOException, InterruptedException {
        Path said = Files.createTempFile(directory, "said", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(tree().toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Run(process.waitFor(), Files.readString(said, StandardCharsets.UTF_8));
    }

    /// How Maven and Java were called since this was asked last.
    List<String> calls() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(calls));
        Files.writeString(calls, "");
        return lines;
    }

    private static void program(Path path, String text) throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String[] concat(String[] first, String[] rest) {
        String[] all = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, all, first.length, rest.length);
        return all;
    }

    record Run(int exitCode, String said) {}
}
