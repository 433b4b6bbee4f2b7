# Finds a Java and starts Cairn. Sourced by bin/cairn and, in a source tree, by the launcher at its root.
#
# Quick by design: no process is started on the way to `exec java`. Expects `home`, the absolute path of the distribution.

# Sets `java_version` if $1 holds a Java of version 25 or newer with all of the programs that follow, by its `release` file.
is_java() {
    candidate=$1
    shift
    for program; do
        [ -x "$candidate/bin/$program" ] || return 1
    done
    [ -r "$candidate/release" ] || return 1
    java_version=
    while IFS='=' read -r key value; do
        if [ "$key" = JAVA_VERSION ]; then
            java_version=${value#\"}
            java_version=${java_version%\"}
        fi
    done < "$candidate/release"
    case ${java_version%%[.+-]*} in
        2[5-9] | [3-9][0-9] | [1-9][0-9][0-9]) return 0 ;;
        *) return 1 ;;
    esac
}

# Sets `java_home` to the first Java in the usual places that has all of the programs named.
search_java() {
    users=${HOME-/nonexistent} # An init system may start us without.
    on_path=$(command -v java) && while [ -L "$on_path" ]; do
        link=$(readlink "$on_path")
        case $link in
            /*) on_path=$link ;;
            *) on_path=${on_path%/*}/$link ;;
        esac
    done
    on_path=${on_path%/bin/java}
    [ -x /usr/libexec/java_home ] && macos=$(/usr/libexec/java_home -v 25+ 2> /dev/null) || macos=
    for java_home in "$on_path" "$macos" /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/* /opt/*/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "$users"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        "${SDKMAN_DIR:-$users/.sdkman}"/candidates/java/* "$users"/.jdks/*; do
        is_java "$java_home" "$@" && return 0
    done
    return 1
}

# Sets `java_home` and `java_version`; ends the process when there is no Java that will do.
find_java() {
    if [ -n "${JAVA_HOME-}" ] && is_java "$JAVA_HOME" java; then
        java_home=$JAVA_HOME
        return
    fi
    if [ -r "$home/java-home" ] && read -r java_home < "$home/java-home" && is_java "$java_home" java; then
        return
    fi
    if search_java java; then
        [ ! -w "$home" ] || printf '%s\n' "$java_home" > "$home/java-home"
        return
    fi
    echo "cairn: needs Java 25 or newer and found none (JAVA_HOME, PATH, the usual places): install one, for instance" \
        "'apt install openjdk-25-jdk', 'brew install openjdk@25' or from https://adoptium.net, or set JAVA_HOME" >&2
    exit 2
}

# Sets `kind`, `jar`, `main` and `flags` for the command line given. One AOT cache serves each kind.
choose_flags() {
    command=
    for word; do
        case $word in
            -*) ;;
            *)
                command=$word
                break
                ;;
        esac
    done
    kind=commands
    jar=$home/lib/cairn-relay.jar
    main=dev.cairn.relay.Main
    case $command in
        up | serve)
            kind=daemon
            # Batches live as long as a commit takes: roomy survivor spaces keep them out of the old generation.
            flags='-XX:+UseSerialGC -Xms96m -Xmx96m -Xmn56m -XX:SurvivorRatio=2 -Xss512k'
            flags="$flags -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError -XX:TrimNativeHeapInterval=5000"
            # What waits for slow subscribers and for the disk lies outside the heap, each within its own bound.
            flags="$flags -XX:MaxDirectMemorySize=256m"
            # What runs only in the second in which it starts is not worth compiling: it takes the cores from the start.
            flags="$flags -XX:Tier3InvocationThreshold=1000 -XX:Tier3MinInvocationThreshold=500"
            flags="$flags -XX:Tier3CompileThreshold=4000 -XX:InlineSmallCode=500"
            ;;
        witness)
            # Room for the index of a million anchors.
            kind=daemon
            flags='-XX:+UseSerialGC -Xms16m -Xmx256m -Xss512k -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError'
            ;;
        verify | receipts)
            # Compiled once, each piece by itself: inlining all of them into each other takes the cores for half a second.
            flags='-XX:+UseSerialGC -Xmx128m -XX:InlineSmallCode=500'
            ;;
        loadtest)
            kind=loadtest
            main=dev.cairn.loadtest.Main
            flags='-XX:+UseSerialGC -Xms256m -Xmx1g'
            jar=$home/loadtest/cairn-loadtest.jar
            [ -e "$jar" ] || jar=${home%/relay/target/cairn}/loadtest/target/cairn-loadtest/lib/cairn-loadtest.jar
            if [ ! -e "$jar" ]; then
                echo "cairn: the load generator is not part of this distribution; run './cairn loadtest' in the source tree" >&2
                exit 2
            fi
            ;;
        *)
            # The cache at the address that it was made for: moving it costs an eighth of a command.
            flags='-XX:+UseSerialGC -Xmx128m -XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0'
            ;;
    esac
    # A Java that has given up one of these flags has to start all the same.
    flags="$flags -XX:+IgnoreUnrecognizedVMOptions"
    # Netty loads a native library and uses sun.misc.Unsafe. What the JVM itself has to say goes to stderr.
    # Reflection by method handles and replayed profiles pay off after seconds and cost a fifth of a start.
    flags="$flags -Djdk.reflect.useNativeAccessorOnly=true -XX:+UnlockDiagnosticVMOptions -XX:-AOTReplayTraining"
    flags="$flags -XX:-UsePerfData --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
    flags="$flags -Xlog:disable -Xlog:all=warning:stderr"
}

# Becomes Cairn. A cache that is missing or does not fit costs time and nothing else, so the JVM is told not to mention it.
start() {
    choose_flags "$@"
    set -- -cp "$jar" "$main" "$@"
    if [ -n "${CAIRN_AOT_OUTPUT-}" ]; then
        set -- "-XX:AOTCacheOutput=$CAIRN_AOT_OUTPUT" "$@"
    elif [ -e "$home/aot/$kind.aot" ]; then
        flags="$flags -Xlog:aot*=off:stderr -Xlog:cds*=off:stderr"
        set -- "-XX:AOTCache=$home/aot/$kind.aot" "$@"
    fi
    # shellcheck disable=SC2086 # Flags are words.
    exec "$java_home/bin/java" $flags ${CAIRN_JAVA_OPTS-} "$@"
}
