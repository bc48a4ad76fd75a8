package io.ephemera.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A way to start a run, of a few seconds each. */
enum Victim {
    /** A JVM as Gatling's Maven plugin starts it. */
    RUN("KeepAliveOff", "ports=22000-22199 timeWait=60s rates=3,5"),
    MATRIX("TuningMatrix", "matrix=rows.matrix"),
    /** With a store in a JVM of its own. */
    MIGRATION("Migration", "ports=22000-22199 timeWait=60s remedy=shared-connections records=3000"),
    /** With a second JVM, in a namespace of its own. */
    NETNS("KeepAliveOff", "ports=22000-22199 timeWait=60s rates=3,5 stack=netns speedup=60"),
    /** With the JVM that it starts. */
    MAVEN("KeepAliveOff", "ports=22000-22199 timeWait=60s rates=3,5"),
    JAR("KeepAliveOff", "ports=22000-22199 timeWait=60s rates=3,5");

    /** Eight rows of half a second or more each: one is killed in its midst, or between two of them. */
    private static final String ROWS = """
            ports=20000-20899 timeWait=30s|60s|120s|240s order=sequential|random:7
            """;

    private final String simulation;
    private final String settings;

    Victim(String simulation, String settings) {
        this.simulation = simulation;
        this.settings = settings;
    }

    boolean isMigration() {
        return this == MIGRATION;
    }

    /**
     * How it is started.
     *
     * @param folder where it works
     * @param runs where it leaves its runs
     * @param resumed the migration that it goes on with, if any
     */
    List<String> command(Path folder, Path runs, @Nullable Path resumed) throws IOException {
        Files.writeString(folder.resolve("rows.matrix"), ROWS);
        List<String> given = new ArrayList<>(List.of("report.dir=" + runs));
        List.of(settings.split(" ", -1))
                .forEach(setting -> given.add(setting.replace("rows.matrix", folder + "/rows.matrix")));
        if (this != MATRIX) {
            given.add("live=off");
        }
        if (resumed != null) {
            given.add("resume=" + resumed);
        }
        List<String> properties =
                given.stream().map(setting -> "-Dephemera." + setting).toList();
        return switch (this) {
            case MAVEN ->
                RunsPart.maven(Stream.concat(
                                Stream.of(
                                        "-f",
                                        Path.of("..").toRealPath().toString(),
                                        "-pl",
                                        "simulations",
                                        "-am",
                                        "gatling:test"),
                                properties.stream())
                        .toArray(String[]::new));
            case JAR ->
                Programs.jar(Stream.concat(
                                Stream.of("run", simulation), given.stream().map(Victim::option))
                        .toList());
            default -> jvm(folder, properties);
        };
    }

    private static String option(String setting) {
        return "--" + setting.replace("report.dir", "report-dir").replace("timeWait", "time-wait");
    }

    private List<String> jvm(Path folder, List<String> properties) {
        String classPath = System.getProperty("java.class.path");
        String agent = Arrays.stream(classPath.split(File.pathSeparator))
                .filter(entry -> entry.contains("byte-buddy-agent"))
                .findFirst()
                .orElseThrow();
        List<String> arguments = new ArrayList<>(List.of(
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-javaagent:" + agent,
                "-Dio.ephemera.runs.endWithParent=true",
                "-Dgatling.conf.file=gatling.conf",
                "-Djava.util.prefs.PreferencesFactory=io.ephemera.simulations.gatling.TransientPreferences"));
        arguments.addAll(properties);
        arguments.addAll(List.of("-cp", classPath, "io.gatling.app.Gatling"));
        arguments.addAll(List.of("-s", "io.ephemera.simulations." + simulation, "-rf", folder + "/gatling", "-nr"));
        return Programs.java(arguments);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
