package io.ephemera.simulations.scenario;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ephemera.ports.PortRange;
import io.ephemera.simulations.scenario.Ledger.Entry;
import io.ephemera.target.TargetCounters;
import io.ephemera.target.TargetServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The service that records are migrated to, in a JVM of its own. It writes down each call that it receives, before it answers, and
 * ends with the migration, whatever ends that: a migration that goes on has another one, which goes on with the same file.
 */
final class RecordStore implements Service {

    /** In the folder of the migration: what the store received, a {@link Ledger}. */
    static final String RECEIVED = "received.bin";

    /** That of the migration before may still be ending. */
    private static final long PATIENCE_MILLIS = 10_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SideProcess process;
    private final URI uri;

    RecordStore(Path folder, PortRange range) throws IOException {
        process = new SideProcess("the store of the migration", Main.class, folder.toString(), range.toString());
        uri = URI.create(process.greeting());
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public @Nullable TargetCounters counters() {
        try {
            return JSON.readValue(process.ask("counters"), TargetCounters.class);
        } catch (IOException | UncheckedIOException e) {
            return null;
        }
    }

    @Override
    public void close() {
        process.close();
    }

    static final class Main {

        private Main() {}

        /**
         * Serves until its input ends, and answers each line of that with its counters.
         *
         * @param args the folder of the migration, and the ports that are not to be taken
         */
        public static void main(String[] args) throws IOException {
            PrintStream answers = System.out;
            // What is logged is no answer.
            System.setOut(System.err);
            BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            try (Ledger received = new Ledger(Path.of(args[0], RECEIVED), PATIENCE_MILLIS);
                    TargetServer server =
                            Listeners.stubOutside(PortRange.parse(args[1]), call -> write(received, call))) {
                answers.println(server.uri());
                while (questions.readLine() != null) {
                    answers.println(JSON.writeValueAsString(server.counters()));
                }
            }
        }

        private static void write(Ledger received, long call) {
            try {
                received.write(Entry.RECEIVED, call);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
