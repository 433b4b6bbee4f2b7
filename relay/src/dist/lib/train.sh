#!/bin/sh
# Makes the two AOT caches of the distribution next to this file: one for the daemon, one for the commands. Takes a few
# seconds; without them everything works and starts more slowly. What is trained is what `cairn train-cli` does: each
# kind of request once, against a relay of its own in a temporary directory.
set -u

home=$(cd "${0%/*}/.." && pwd -P)
. "$home/lib/launch.sh"
find_java

scratch=$(mktemp -d "${TMPDIR:-/tmp}/cairn-train.XXXXXX") || exit 1
daemon=
cleanup() {
    [ -z "$daemon" ] || kill -9 "$daemon" 2> /dev/null
    rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The stamp comes first, so that a training that fails is not repeated at every start.
mkdir -p "$home/aot" || exit 1
rm -f "$home"/aot/*
printf '%s\n' "$java_home $java_version" > "$home/aot/trained"

# Waits up to $1 tenths of a second until the rest of the command line succeeds.
await() {
    tenths=$1
    shift
    until "$@"; do
        tenths=$((tenths - 1))
        [ "$tenths" -gt 0 ] || return 1
        sleep 0.1
    done
}

ended() {
    ! kill -0 "$1" 2> /dev/null
}

# Runs a command line of Cairn, with a time limit in tenths of a second before it.
run() {
    limit=$1
    shift
    "$home/bin/cairn" "$@" > /dev/null 2>&1 < /dev/null &
    running=$!
    await "$limit" ended "$running" || kill -9 "$running" 2> /dev/null
    wait "$running"
}

# Makes the cache $1 usable: complete or not there.
publish() {
    [ ! -s "$scratch/$1.aot" ] || mv "$scratch/$1.aot" "$home/aot/$1.aot"
}

CAIRN_AOT_OUTPUT=$scratch/daemon.aot "$home/bin/cairn" up --data "$scratch/data" --http 127.0.0.1:0 --json \
    > "$scratch/ready" 2> /dev/null < /dev/null &
daemon=$!
ready() {
    [ -s "$scratch/ready" ] || ended "$daemon"
}
await 200 ready

CAIRN_AOT_OUTPUT=$scratch/commands.aot run 600 train-cli --data "$scratch/data"
[ -s "$scratch/commands.aot" ] || CAIRN_AOT_OUTPUT=$scratch/commands.aot run 300 --help
publish commands

kill -TERM "$daemon" 2> /dev/null
await 600 ended "$daemon" || kill -9 "$daemon" 2> /dev/null
wait "$daemon" 2> /dev/null
daemon=
publish daemon
