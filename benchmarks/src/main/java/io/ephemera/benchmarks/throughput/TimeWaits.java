package io.ephemera.benchmarks.throughput;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The TIME_WAITs of the namespace, which last for a minute. */
final class TimeWaits {

    private static final Path SOCKSTAT = Path.of("/proc/net/sockstat");
    private static final Pattern COUNT = Pattern.compile("^TCP:.* tw (\\d+)", Pattern.MULTILINE);

    private static final int FEW = 100;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 500;

    private TimeWaits() {}

    static void awaitFew() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (count() > FEW) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the TIME_WAITs of the turn before do not end");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static int count() throws IOException {
        Matcher found = COUNT.matcher(Files.readString(SOCKSTAT, StandardCharsets.US_ASCII));
        if (!found.find()) {
            throw new IOException(SOCKSTAT + " tells no TIME_WAITs");
        }
        return Integer.parseInt(found.group(1));
    }
}
