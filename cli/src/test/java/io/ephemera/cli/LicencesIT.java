package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The build lists what the jar contains from the POMs; here the list is held against the jar, and the texts against the list. */
@DisplayName("ephemera.jar")
class LicencesIT {

    private static final String JAR = System.getProperty("ephemera.test.jar", "target/ephemera.jar");
    private static final Pattern LISTED = Pattern.compile("^ +((?:\\(.*?\\) )+).*\\(([^():]+):([^():]+):([^() ]+) - ");
    private static final Pattern IN_BRACKETS = Pattern.compile("\\(((?:[^()]|\\([^()]*\\))*)\\) ");
    private static final String BUILT = File.separator + "target" + File.separator;
    private static final String TEXTS = "META-INF/licenses/";

    /** What an Apache-2.0 work can contain unchanged, by what its POM calls it and by what only its text says. */
    @SuppressWarnings("ImmutableEnumChecker") // Pattern and List.of are.
    private enum Licence {
        APACHE_2_0(
                "APL2|(The )?Apache( Software)?( License|-2\\.0| 2\\.0).*",
                "Apache License",
                "Version 2.0, January 2004"),
        MIT(
                "(The )?MIT( License \\(MIT\\))?",
                "Permission is hereby granted, free of charge, to any person obtaining a copy",
                "The above copyright notice and this permission notice shall be included"),
        BSD_2_CLAUSE(
                "BSD-2-Clause",
                "Redistributions of source code must retain the above copyright notice",
                "Redistributions in binary form must reproduce the above copyright notice"),
        BSD_3_CLAUSE(
                "BSD 3-Clause( License)?",
                "Redistributions of source code must retain the above copyright notice",
                "to endorse or promote products derived from this software without specific prior written permission"),
        CC0_1_0("Public Domain, per Creative Commons CC0", "creativecommons.org/publicdomain/zero/1.0"),
        MPL_2_0("Mozilla Public License Version 2\\.0", "Mozilla Public License Version 2.0", "Exhibit B"),
        EPL_2_0("Eclipse Public License - v 2\\.0", "Eclipse Public License - v 2.0", "Secondary Licenses");

        private final Pattern name;
        private final List<String> says;

        Licence(String name, String... says) {
            this.name = Pattern.compile(name);
            this.says = List.of(says);
        }

        static Stream<Licence> named(String name) {
            return Arrays.stream(values())
                    .filter(licence -> licence.name.matcher(name).matches());
        }

        boolean isSaidBy(String text) {
            String words = text.replaceAll("\\s+", " ");
            return says.stream().allMatch(words::contains);
        }
    }

    private record Artifact(List<String> licences, String group, String name, String version) {

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

    /** Whether a module of this build has the file, in its classes or its jar. */
    private static boolean isOurs(String name) {
        return name.startsWith("io/ephemera/")
                || classPath().filter(entry -> entry.toString().contains(BUILT)).anyMatch(entry -> has(entry, name));
    }

    private static boolean has(Path entry, String name) {
        if (Files.isDirectory(entry)) {
            return Files.exists(entry.resolve(name));
        }
        try (JarFile jar = new JarFile(entry.toFile())) {
            return jar.getEntry(name) != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Artifact> artifacts() throws IOException {
        List<Artifact> artifacts = new ArrayList<>();
        try (JarFile jar = new JarFile(JAR)) {
            for (String line : text(jar, "META-INF/THIRD-PARTY.txt").lines().toList()) {
                Matcher listed = LISTED.matcher(line);
                if (listed.find()) {
                    artifacts.add(new Artifact(
                            IN_BRACKETS
                                    .matcher(listed.group(1))
                                    .results()
                                    .map(bracketed -> bracketed.group(1))
                                    .toList(),
                            listed.group(2),
                            listed.group(3),
                            listed.group(4)));
                }
            }
        }
        return artifacts;
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    @DisplayName("has for each artifact in it the text of a licence that goes with its own, Apache-2.0")
    void texts(Artifact artifact) throws Exception {
        List<Licence> compatible =
                artifact.licences.stream().flatMap(Licence::named).toList();
        assertTrue(!compatible.isEmpty(), () -> "no licence of " + artifact + " is known to go with Apache-2.0");
        try (JarFile jar = new JarFile(JAR)) {
            List<String> own = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith(TEXTS + artifact.name + "-" + artifact.version)
                            || name.equals(TEXTS + artifact.group + ".txt"))
                    .filter(name -> !name.endsWith("/") && !name.contains("NOTICE"))
                    .toList();
            // One copy of this text serves all that bring none.
            List<String> files =
                    own.isEmpty() && compatible.contains(Licence.APACHE_2_0) ? List.of("META-INF/LICENSE") : own;
            StringBuilder all = new StringBuilder();
            for (String file : files) {
                all.append(text(jar, file)).append('\n');
            }
            assertTrue(
                    compatible.stream().anyMatch(licence -> licence.isSaidBy(all.toString())),
                    () -> artifact + " has no text of its licence in " + files);
        }
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    @DisplayName("has to the byte each licence and notice that the artifact itself brings")
    void files(Artifact artifact) throws Exception {
        List<Path> jars = artifact.jars();
        assertTrue(!jars.isEmpty(), () -> artifact + " is not on the class path");
        for (Path path : jars) {
            String folder = TEXTS + path.getFileName().toString().replaceAll("\\.jar$", "-jar") + "/";
            try (JarFile from = new JarFile(path.toFile());
                    JarFile to = new JarFile(JAR)) {
                for (String name : from.stream().map(ZipEntry::getName).toList()) {
                    if (!name.matches("(?i)(.*/)?[^/]*(LICEN[CS]E|NOTICE|COPYING)[^/]*") || name.endsWith(".class")) {
                        continue;
                    }
                    ZipEntry copy = to.getEntry(folder + name);
                    ZipEntry kept = copy == null ? to.getEntry(name) : copy;
                    assertNotNull(kept, () -> name + " of " + path + " is missing");
                    assertArrayEquals(
                            from.getInputStream(from.getEntry(name)).readAllBytes(),
                            to.getInputStream(kept).readAllBytes(),
                            () -> name + " of " + path);
                }
            }
        }
    }

    @Test
    @DisplayName("contains nothing but its own and what is of the artifacts in that list, and its own licence")
    void nothingElse() throws Exception {
        Map<String, String> origin = new LinkedHashMap<>();
        for (Artifact artifact : artifacts()) {
            for (Path path : artifact.jars()) {
                try (JarFile from = new JarFile(path.toFile())) {
                    from.stream().forEach(entry -> origin.put(entry.getName(), artifact.name));
                }
            }
        }
        try (JarFile jar = new JarFile(JAR)) {
            assertTrue(Licence.APACHE_2_0.isSaidBy(text(jar, "META-INF/LICENSE")));
            Set<String> unknown = new TreeSet<>();
            Set<String> used = new HashSet<>();
            jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> !name.endsWith("/"))
                    .forEach(name -> {
                        if (origin.containsKey(name)) {
                            used.add(origin.get(name));
                        } else if (!name.startsWith("META-INF/") && !isOurs(name)) {
                            unknown.add(name);
                        }
                    });
            assertEquals(Set.of(), unknown);
            assertTrue(used.size() > 60, used.toString());
        }
    }

    private static String text(JarFile jar, String name) throws IOException {
        return new String(jar.getInputStream(jar.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
    }
}
