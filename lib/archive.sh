#!/usr/bin/env bash
# archive.sh OUTPUT DIRECTORY ROOM.a... -- COMPILER...: the rooms as an archive of one object that shows public names only.
set -euo pipefail
output=$1 directory=$2
shift 2
rooms=()
while [ "$1" != -- ]; do
    rooms+=("$1")
    shift
done
shift
mkdir -p "$directory"
object=$directory/libcustomer.o
"$@" -r -nostdlib -o "$object" -Wl,--whole-archive "${rooms[@]}" -Wl,--no-whole-archive
objcopy --localize-hidden "$object"
rm -f "$output"
ar rcs "$output" "$object"
