package dev.cairn.relay.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.launch.SourceTree.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest {

    @TempDir
    Path directory;

    private SourceTree machine;
    private Path jdk;

    @BeforeEach
    void aMachineWithMavenAndAJdk() throws IOException {
        machine = new SourceTree(directory).withMaven();
        jdk = machine.jdk(directory.resolve("jdk"), "25.0.3");
        machine.with("JAVA_HOME", jdk);
    }

    @Test
    void buildsAndTrainsWithTheFirstStartAndSaysSoInOneLineEach() throws Exception {
        Run first = machine.cairn("status");

        assertThat(first.exitCode()).isZero();
        assertThat(first.said())
                .isEqualTo("cairn: building, this once ...\ncairn: preparing fast starts, this once ...\n");
        assertThat(machine.calls())
                .anyMatch(call -> call.startsWith("mvn JAVA_HOME=" + jdk + " ") && call.endsWith(" package"));
        assertThat(machine.tree().resolve("relay/target/cairn/aot/daemon.aot")).exists();
        assertThat(machine.tree().resolve("relay/target/cairn/aot/commands.aot"))
                .exists();
    }

    @Test
    void laterStartsNeitherBuildNorTrain() throws Exception {
        machine.cairn("status");
        machine.calls();

        Run second = machine.cairn("status", "--json");

        assertThat(second).isEqualTo(new Run(0, ""));
        assertThat(machine.calls())
                .singleElement()
                .asString()
                .startsWith("java " + jdk.resolve("bin/java"))
                .endsWith(" dev.cairn.relay.Main status --json");
    }

    @Test
    void laterStartsNeedNoMaven() throws Exception {
        machine.cairn("status");
        Files.delete(directory.resolve("bin/mvn"));

        assertThat(machine.cairn("status")).isEqualTo(new Run(0, ""));
    }

    @ParameterizedTest
    @CsvSource({"up,daemon", "serve,daemon", "status,commands", "verify,commands"})
    void eachKindOfCommandHasTheCacheThatWasMadeForIt(String command, String cache) throws Exception {
        machine.cairn("--version");
        machine.calls();

        machine.cairn(command);

        assertThat(machine.calls())
                .singleElement()
                .asString()
                .contains("-XX:AOTCache=" + machine.tree().resolve("relay/target/cairn/aot/" + cache + ".aot "));
    }

    @Test
    void trainsAgainWhenAJarChanged() throws Exception {
        machine.cairn("status");
        machine.calls();
        Files.setLastModifiedTime(
                machine.tree().resolve("relay/target/cairn/lib/cairn-relay.jar"),
                FileTime.from(Instant.now().plusSeconds(5)));

        Run next = machine.cairn("status");

        assertThat(next.said()).isEqualTo("cairn: preparing fast starts, this once ...\n");
        assertThat(machine.calls()).anyMatch(call -> call.contains("-XX:AOTCacheOutput="));
    }

    @Test
    void showsWhyABuildFailedAndTriesAgainNextTime() throws Exception {
        Path broken = Files.createFile(machine.tree().resolve("broken"));

        Run first = machine.cairn("up");
        Files.delete(broken);
        Run second = machine.cairn("up");

        assertThat(first.exitCode()).isEqualTo(2);
        assertThat(first.said())
                .contains("cairn: the build failed:", "[ERROR] Something.java:[3,5] does not compile", "build.log");
        assertThat(second.exitCode()).isZero();
    }

    @Test
    void saysThatMavenIsMissingAndHowToGetIt() throws Exception {
        Files.delete(directory.resolve("bin/mvn"));

        Run run = machine.cairn("up");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.said())
                .contains("found no mvn on the PATH")
                .contains("apt install maven")
                .hasLineCount(1);
    }

    /// An init system may start it without a home.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysThatAJdkIsMissingAndHowToGetIt(boolean home) throws Exception {
        machine.without("JAVA_HOME");
        machine.jdk(machine.home().resolve(".jdks/old"), "24.0.2");
        if (!home) {
            machine.without("HOME");
        }

        Run run = machine.cairnAlone("up");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.said())
                .startsWith("cairn: needs a JDK 25 or newer")
                .contains("apt install openjdk-25-jdk")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".sdkman/candidates/java/25.0.1-tem",
                ".jdks/temurin-25",
                "Library/Java/JavaVirtualMachines/x/Contents/Home"
            })
    void findsAJdkWhereThisUsersToolsPutIt(String place) throws Exception {
        machine.without("JAVA_HOME");
        Path found = machine.jdk(machine.home().resolve(place), "26-ea");

        machine.cairnAlone("--version");

        assertThat(machine.calls()).anyMatch(call -> call.startsWith("mvn JAVA_HOME=" + found + " "));
    }

    @Test
    void findsAJdkOfSdkmanThatIsElsewhere() throws Exception {
        machine.without("JAVA_HOME").with("SDKMAN_DIR", directory.resolve("sdkman"));
        Path found = machine.jdk(directory.resolve("sdkman/candidates/java/25-open"), "25");

        machine.cairnAlone("--version");

        assertThat(machine.calls()).anyMatch(call -> call.startsWith("mvn JAVA_HOME=" + found + " "));
    }

    @Test
    void theJavaOnThePathNeedNotBeTheOneThatIsTaken() throws Exception {
        machine.without("JAVA_HOME");
        Path old = machine.jdk(directory.resolve("old"), "17.0.9");
        Files.createSymbolicLink(directory.resolve("bin/java"), old.resolve("bin/java"));
        Path found = machine.jdk(machine.home().resolve(".jdks/new"), "25.0.3");

        machine.cairnAlone("--version");

        assertThat(machine.calls())
                .anyMatch(call -> call.startsWith("mvn JAVA_HOME=" + found + " "))
                .noneMatch(call -> call.startsWith("java " + old));
    }
}
