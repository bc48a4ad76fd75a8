package io.ephemera.simulations.scenario;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ephemera.ports.PortRange;
import io.ephemera.target.TargetCounters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** A {@link RecordStore}, as the migration sees it. */
final class StoreProcess implements Service {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Properties address;

    private StoreProcess(Properties address) {
        this.address = address;
    }

    /** Finds the one that an earlier run of the migration has left, or starts one. */
    static StoreProcess open(Path folder, PortRange range) throws IOException {
        if (Files.exists(folder.resolve(RecordStore.ADDRESS))) {
            StoreProcess left = new StoreProcess(RecordStore.address(folder));
            if (left.answers()) {
                return left;
            }
        }
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RecordStore.class.getName(),
                        folder.toString(),
                        range.toString()))
                .redirectError(Redirect.DISCARD)
                .start();
        // Not closed: the store is to outlive this JVM, and says nothing more.
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        if (!RecordStore.READY.equals(lines.readLine())) {
            throw new IOException("the store of the migration could not be started in " + folder);
        }
        return new StoreProcess(RecordStore.address(folder));
    }

    private boolean answers() {
        try {
            counters();
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Override
    public URI uri() {
        return URI.create(address.getProperty("uri"));
    }

    /** Asked where the run's limits do not hold, so that it takes none of its ports. */
    @Override
    public TargetCounters counters() {
        try (InputStream in = at("control", "/counters").toURL().openStream()) {
            return JSON.readValue(in, TargetCounters.class);
        } catch (IOException e) {
            throw new UncheckedIOException("the store of the migration does not answer", e);
        }
    }

    private URI at(String port, String path) {
        return URI.create("http://" + uri().getHost() + ":" + address.getProperty(port) + path);
    }

    /** Ends the store: it has answered, so the process of that id is still the one that was started. */
    @Override
    public void close() {
        if (answers()) {
            Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(address.getProperty("pid")));
            process.ifPresent(ProcessHandle::destroy);
        }
    }
}
