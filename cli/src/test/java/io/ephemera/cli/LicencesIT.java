package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The build lists what the jar contains from the POMs; here the list is held against the jar, and the texts against the list. */
@DisplayName("ephemera.jar")
class LicencesIT {

    private static final Map<String, byte[]> CONTENTS =
            contents(Path.of(System.getProperty("ephemera.test.jar", "target/ephemera.jar")));

    private static final Pattern LISTED = Pattern.compile("^ +((?:\\(.*?\\) )+).*\\(([^():]+):([^():]+):([^() ]+) - ");
    private static final Pattern IN_BRACKETS = Pattern.compile("\\(((?:[^()]|\\([^()]*\\))*)\\) ");
    private static final String TEXTS = "META-INF/licenses/";
    private static final String APACHE_2_0 = "Apache License.*Version 2\\.0, January 2004";
    private static final String BSD = "Redistributions of source code must retain the above copyright notice";

    /** What an Apache-2.0 work can contain unchanged: what a POM calls it, and what its text says and no other, each as a pattern. */
    private static final Map<String, String> LICENCES = Map.of(
            "APL2|(The )?Apache( Software)?( License|-2\\.0| 2\\.0).*",
            APACHE_2_0,
            "(The )?MIT( License \\(MIT\\))?",
            "Permission is hereby granted, free of charge, to any person obtaining a copy.*The above copyright notice and"
                    + " this permission notice shall be included",
            "BSD-2-Clause",
            BSD + ".*Redistributions in binary form must reproduce the above copyright notice",
            "BSD 3-Clause( License)?",
            BSD
                    + ".*to endorse or promote products derived from this software without specific prior written permission",
            "Public Domain, per Creative Commons CC0",
            "creativecommons\\.org/publicdomain/zero/1\\.0",
            "Mozilla Public License Version 2\\.0",
            "Mozilla Public License Version 2\\.0.*Exhibit B",
            "Eclipse Public License - v 2\\.0",
            "Eclipse Public License - v 2\\.0.*Secondary Licenses");

    private record Artifact(List<String> licences, String group, String name, String version) {

        static Artifact of(Matcher listed) {
            List<String> licences = IN_BRACKETS
                    .matcher(listed.group(1))
                    .results()
                    .map(bracketed -> bracketed.group(1))
                    .toList();
            return new Artifact(licences, listed.group(2), listed.group(3), listed.group(4));
        }

        @Override
        public String toString() {
            return group + ":" + name + ":" + version + " " + licences;
        }

        /** Its jars: one for each platform where it is native, and one more where it has data. */
        List<Path> jars() {
            Pattern file = Pattern.compile(Pattern.quote(name + "-" + version) + "(-[a-z][a-z0-9_-]*)?\\.jar");
            return classPath()
                    .filter(path -> file.matcher(path.getFileName().toString()).matches())
                    .toList();
        }
    }

    private static Stream<Path> classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of);
    }

    /** Files of a jar by name; of classes, which are many and which nobody looks into, the name alone. */
    private static Map<String, byte[]> contents(Path path) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        try (JarFile jar = new JarFile(path.toFile())) {
            for (ZipEntry entry : Collections.list(jar.entries())) {
                boolean isRead = !entry.isDirectory() && !entry.getName().endsWith(".class");
                contents.put(entry.getName(), isRead ? jar.getInputStream(entry).readAllBytes() : new byte[0]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return contents;
    }

    private static String text(String name) {
        return new String(Objects.requireNonNull(CONTENTS.get(name), name), StandardCharsets.UTF_8);
    }

    static List<Artifact> artifacts() {
        return text("META-INF/THIRD-PARTY.txt")
                .lines()
                .map(LISTED::matcher)
                .filter(Matcher::find)
                .map(Artifact::of)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    @DisplayName("has for each artifact in it the text of a licence that goes with its own, Apache-2.0")
    void texts(Artifact artifact) {
        List<String> own = CONTENTS.keySet().stream()
                .filter(name -> name.startsWith(TEXTS + artifact.name + "-" + artifact.version)
                        || name.equals(TEXTS + artifact.group + ".txt"))
                .filter(name -> !name.endsWith("/") && !name.contains("NOTICE"))
                .toList();
        // One copy of Apache's text serves all that bring none.
        List<String> files = own.isEmpty() ? List.of("META-INF/LICENSE") : own;
        String all = files.stream().map(LicencesIT::text).collect(Collectors.joining("\n"));
        assertTrue(
                LICENCES.entrySet().stream()
                        .filter(licence -> artifact.licences.stream().anyMatch(name -> name.matches(licence.getKey())))
                        .anyMatch(licence -> isSaid(licence.getValue(), all)),
                () -> artifact + " has no text of a licence that is known to go with Apache-2.0 in " + files);
    }

    private static boolean isSaid(String licence, String text) {
        return Pattern.compile(licence).matcher(text.replaceAll("\\s+", " ")).find();
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    @DisplayName("has to the byte each licence and notice that the artifact itself brings")
    void files(Artifact artifact) {
        List<Path> jars = artifact.jars();
        assertTrue(!jars.isEmpty(), () -> artifact + " is not on the class path");
        for (Path path : jars) {
            String folder = TEXTS + path.getFileName().toString().replaceAll("\\.jar$", "-jar") + "/";
            contents(path).forEach((name, bytes) -> {
                if (name.matches("(?i)(.*/)?[^/]*(LICEN[CS]E|NOTICE|COPYING)[^/]*") && !name.endsWith(".class")) {
                    byte[] copy = CONTENTS.get(CONTENTS.containsKey(folder + name) ? folder + name : name);
                    assertArrayEquals(bytes, copy, () -> name + " of " + path);
                }
            });
        }
    }

    @Test
    @DisplayName("contains nothing but its own and what is of the artifacts in that list, and its own licence")
    void nothingElse() throws Exception {
        assertTrue(isSaid(APACHE_2_0, text("META-INF/LICENSE")));
        Set<String> unknown = new TreeSet<>();
        for (String name : CONTENTS.keySet()) {
            if (!name.endsWith("/") && !name.startsWith("META-INF/") && !name.startsWith("io/ephemera/")) {
                unknown.add(name);
            }
        }
        int used = 0;
        for (Artifact artifact : artifacts()) {
            boolean isUsed = false;
            for (Path path : artifact.jars()) {
                isUsed |= unknown.removeAll(contents(path).keySet());
            }
            used += isUsed ? 1 : 0;
        }
        for (Path entry : classPath().filter(LicencesIT::isOurs).toList()) {
            unknown.removeAll(
                    Files.isDirectory(entry) ? namesIn(entry) : contents(entry).keySet());
        }
        assertEquals(Set.of(), unknown);
        assertTrue(used > 60, "only " + used + " artifacts are used");
    }

    /** Whether it is of a module of this build. */
    private static boolean isOurs(Path entry) {
        return entry.toString().contains(File.separator + "target" + File.separator);
    }

    private static Set<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString().replace(File.separatorChar, '/'))
                    .collect(Collectors.toSet());
        }
    }
}
