#!/bin/sh
# zkCli.sh with zksh behind it: the same words, the same output, the same statuses, without Java.
# Finds its folder through symbolic links, and needs node on the PATH.
file=$0
while [ -L "$file" ]; do
  target=$(readlink -- "$file")
  case $target in
    /*) file=$target ;;
    *) file=$(dirname -- "$file")/$target ;;
  esac
done
folder=$(CDPATH='' cd -- "$(dirname -- "$file")" && pwd -P) || exit 1
if ! command -v node >/dev/null 2>&1; then
  echo 'zkCli.sh: node is not on the PATH; it needs Node.js 20 or later' >&2
  exit 127
fi
exec node "$folder/zkcli.js" "$@"
