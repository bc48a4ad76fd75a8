package io.ephemera.ports;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** The profiles that come with Ephemera, and the way to read others. The figures themselves are in {@code profiles/}. */
public final class ProfileCatalogue {

    private static final List<String> NAMES = List.of("windows-2003");

    private ProfileCatalogue() {}

    /** The names in the catalogue. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Finds a profile by its name in the catalogue, or reads it from a file.
     *
     * @param nameOrFile a name, or the path of a properties file
     * @throws IllegalArgumentException if it is neither, or the file is no profile; the message says what would be right
     */
    public static Profile find(String nameOrFile) {
        if (NAMES.contains(nameOrFile)) {
            return builtIn(nameOrFile);
        }
        Path file;
        try {
            file = Path.of(nameOrFile);
        } catch (InvalidPathException e) {
            throw unknown(nameOrFile);
        }
        if (!Files.isRegularFile(file)) {
            throw unknown(nameOrFile);
        }
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            return Profile.parse(properties);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(nameOrFile + " is not written in UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(nameOrFile + " can't be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(nameOrFile + ": " + e.getMessage(), e);
        }
    }

    private static Profile builtIn(String name) {
        Properties properties = new Properties();
        try (InputStream stream = ProfileCatalogue.class.getResourceAsStream("profiles/" + name + ".properties")) {
            if (stream == null) {
                throw new IllegalStateException("profile " + name + " is missing from the class path");
            }
            properties.load(new InputStreamReader(stream, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Profile.parse(properties);
    }

    private static IllegalArgumentException unknown(String nameOrFile) {
        return new IllegalArgumentException(
                "no profile and no file is named " + nameOrFile + "; the catalogue has " + String.join(", ", NAMES));
    }
}
