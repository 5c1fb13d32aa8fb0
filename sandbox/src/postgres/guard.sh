# Waits until the process that started a PostgreSQL server is gone (its end of the pipe on our standard input is
# closed), then stops that server and, if told so, removes its folder.
# $1: the server's folder; $2: INT (fast) or QUIT (immediate); $3: remove | keep
folder=$1 signal=$2 after=$3
read -r _

pid=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)
# The number in a stale file may be another process by now: only one that works in our data folder is ours.
if [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$folder/data" ]; then
    kill -s "$signal" "$pid" 2>/dev/null
    tries=0
    while [ -e "$folder/data/postmaster.pid" ] && kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
fi

if [ "$after" = remove ]; then
    # A server that was still being created may write while we remove.
    rm -rf -- "$folder" || { sleep 1; rm -rf -- "$folder"; }
fi
