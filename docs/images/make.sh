#!/usr/bin/env bash
# Makes the pictures of README.md from real runs, in a browser without a window: page.png, matrix.png, agent.png, demo.png.
#   mvn -pl cli,agent -am package -DskipTests && docs/images/make.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
images=$PWD/docs/images
work=$(mktemp -d)
running=()
trap 'for process in "${running[@]}"; do kill "$process" 2>/dev/null || true; done; rm -rf "$work"' EXIT
ephemera() { java -jar cli/target/ephemera.jar "$@"; }

# A page that is fed while it is looked at never ends to load, so it is given some seconds of the browser's own time.
shot() {
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 --window-size="$3" \
    --virtual-time-budget=5000 --user-data-dir="$work/browser" --screenshot="$images/$1" "$2" >"$work/browser.log" 2>&1
  echo "$images/$1"
}

# The first line of a file that has this in it, as soon as there is one.
line() {
  grep -m 1 -o "$1" < <(tail -n +1 -f --pid="$3" "$2")
}

ephemera run KeepAliveOff --report-dir "$work/runs" >"$work/run.log"
shot page.png "file://$(echo "$work"/runs/KeepAliveOff-*)/index.html" 1280,1500

ephemera matrix --require 20 --report-dir "$work/matrix" >"$work/matrix.log" || true
shot matrix.png "file://$(echo "$work"/matrix/TuningMatrix-*)/index.html" 1280,1300

java -jar cli/target/ephemera.jar demo --auto --no-open --pause 20s --report-dir "$work/demo" >"$work/demo.log" &
running+=($!)
page=$(line 'http://[^ ]*' "$work/demo.log" $!)
line 'first failure after' "$work/demo.log" $! >"$work/refused.log"
shot demo.png "$page" 1280,900

# An application that closes each connection, as people's do.
mkdir "$work/crm"
cat >"$work/crm/Migration.java" <<'JAVA'
import java.net.HttpURLConnection;
import java.net.URI;

public class Migration {
    public static void main(String[] service) throws Exception {
        while (true) {
            try {
                push(service[0]);
            } catch (java.io.IOException e) {
                Thread.sleep(20);
            }
        }
    }

    static void push(String service) throws Exception {
        HttpURLConnection call = (HttpURLConnection) URI.create(service).toURL().openConnection();
        call.getInputStream().readAllBytes();
    }
}
JAVA
java -jar cli/target/ephemera.jar target >"$work/target.log" 2>&1 &
running+=($!)
service=$(line 'http://[^ ]*' "$work/target.log" $!)
java -Dhttp.keepAlive=false "-javaagent:agent/target/ephemera-agent.jar=profile=windows-2003,speedup=40,page=0" \
  "$work/crm/Migration.java" "$service" >"$work/agent.log" 2>&1 &
running+=($!)
page=$(line 'http://127.0.0.1:[0-9]*/' "$work/agent.log" $!)
sleep 12
shot agent.png "$page" 1280,900
