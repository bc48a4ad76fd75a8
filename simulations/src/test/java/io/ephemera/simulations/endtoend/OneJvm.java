package io.ephemera.simulations.endtoend;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.ephemera.simulations.run.RunEnded;
import io.gatling.app.Gatling$;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * One JVM for many runs in virtual time, one after the other, since most of what a run of some hundred calls takes is the start of JVM
 * and Gatling. There is one for all runs that need none of their own; a run that several tests ask for is made once.
 */
final class OneJvm implements AutoCloseable {

    /** Before the exit code of a run. */
    private static final String ENDED = "\u0004";

    /** By which the runs log in, where they do. */
    private static final String[] CREDENTIALS = {
        "env", "EPHEMERA_USER=the-user-of-this-test", "EPHEMERA_PASSWORD=the-password-of-this-test"
    };

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<List<String>, WholeRun> MADE = new HashMap<>();
    private static @Nullable OneJvm shared;

    private final GatlingProcess process;

    private OneJvm(GatlingProcess process) {
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param besideOthers whether it leaves the processor to whoever else wants it
     * @param prefix a command before the JVM's, for example a shell that sets limits
     */
    static OneJvm start(boolean besideOthers, List<String> prefix) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(CREDENTIALS));
        String option = "-D" + RunEnded.IN_PLACE_OF_JVM + "=true";
        return new OneJvm(GatlingProcess.startRuns(besideOthers, OneJvm.class, option, command.toArray(String[]::new)));
    }

    /**
     * Makes a run.
     *
     * @param settings as in {@link WholeRun#settings}
     */
    static synchronized WholeRun run(String simulation, String settings) throws IOException, InterruptedException {
        List<String> key = List.of(simulation, settings);
        WholeRun made = MADE.get(key);
        if (made == null) {
            made = make(simulation, settings);
            MADE.put(key, made);
        }
        return made;
    }

    private static WholeRun make(String simulation, String settings) throws IOException, InterruptedException {
        OneJvm running = shared;
        if (running == null || !running.process.isAlive()) {
            running = start(true, List.of());
            shared = running;
        }
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "whole-runs")), simulation)
                .toAbsolutePath();
        running.begin(folder, simulation, settings);
        return running.ended(folder, GatlingProcess.TIMEOUT_SECONDS);
    }

    /** Has it make a run. */
    void begin(Path folder, String simulation, String settings) throws IOException {
        process.tell(JSON.writeValueAsString(WholeRun.arguments(folder, simulation, settings)));
    }

    /** Waits for the end of the run that it makes. */
    WholeRun ended(Path folder, long timeoutSeconds) throws InterruptedException {
        List<String> said = process.linesTo(ENDED, timeoutSeconds);
        int exitCode = Integer.parseInt(said.get(said.size() - 1).substring(ENDED.length()));
        return new WholeRun(folder, exitCode, String.join("\n", said.subList(0, said.size() - 1)));
    }

    GatlingProcess process() {
        return process;
    }

    /** Kills it. */
    @Override
    public void close() {
        process.close();
    }

    /** Makes a run for each line of the input, the arguments of a JVM for Gatling as a list in JSON. */
    public static void main(String[] none) throws IOException {
        Properties usual = (Properties) System.getProperties().clone();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Properties properties = (Properties) usual.clone();
            List<String> arguments = new ArrayList<>();
            for (String argument : JSON.readValue(line, String[].class)) {
                if (argument.startsWith("-D")) {
                    String[] property = argument.substring(2).split("=", 2);
                    properties.setProperty(property[0], property[1]);
                } else {
                    arguments.add(argument);
                }
            }
            System.setProperties(properties);
            ConfigFactory.invalidateCaches();
            System.out.println(ENDED + exitCode(arguments));
            System.out.flush();
        }
        System.exit(0);
    }

    private static int exitCode(List<String> arguments) {
        try {
            return Gatling$.MODULE$.fromArgs(arguments.toArray(String[]::new));
        } catch (Throwable e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof RunEnded ended) {
                    return ended.exitCode();
                }
            }
            e.printStackTrace(System.out);
            return -1;
        }
    }
}
