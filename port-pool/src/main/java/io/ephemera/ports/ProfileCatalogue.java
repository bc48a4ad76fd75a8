package io.ephemera.ports;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;

/** The profiles that come with Ephemera, and the way to read others. The figures themselves are in {@code profiles/}. */
public final class ProfileCatalogue {

    private static final List<String> NAMES = List.of(
            "windows-nt",
            "windows-2003",
            "windows-2003-maxuserport",
            "windows-2003-timedwait",
            "windows-2003-both",
            "windows-2003-bindipendpoint",
            "windows-2008",
            "windows-10",
            "linux",
            "alibaba-cloud-linux",
            "macos",
            "freebsd",
            "solaris",
            "kubernetes",
            "istio-sidecar",
            "mesos",
            "linux-masquerade",
            "cilium",
            "azure-lb-snat",
            "aks",
            "azure-nat-gateway",
            "azure-firewall",
            "azure-app-service",
            "azure-functions",
            "aws-nat-gateway",
            "gcp-cloud-nat",
            "gcp-cloud-nat-dynamic");

    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private ProfileCatalogue() {}

    /** The names in the catalogue. */
    public static List<String> names() {
        return NAMES;
    }

    /** All entries, in the order of {@link #names()}. */
    public static List<CatalogueEntry> all() {
        return NAMES.stream().map(ProfileCatalogue::builtIn).toList();
    }

    /**
     * Finds a profile that a run can take, by its name in the catalogue, or reads it from a file.
     *
     * @param nameOrFile a name, or the path of a properties file
     * @throws IllegalArgumentException if it is neither, the file is no profile, or exhaustion is not a {@code
     *     BindException} under it; the message says what would be right
     */
    public static Profile find(String nameOrFile) {
        return runnable(entry(nameOrFile));
    }

    /**
     * Finds an entry by its name in the catalogue, or reads it from a file.
     *
     * @param nameOrFile a name, or the path of a properties file
     * @throws IllegalArgumentException if it is neither, or the file is no profile; the message says what would be right
     */
    public static CatalogueEntry entry(String nameOrFile) {
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
        try (var reader = new StringReader(TextFile.read(file))) {
            reader.mark(1);
            if (reader.read() != BYTE_ORDER_MARK) {
                reader.reset();
            }
            properties.load(reader);
            return parse(properties);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(nameOrFile + " is not written in UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(nameOrFile + " can't be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(nameOrFile + ": " + e.getMessage(), e);
        }
    }

    static CatalogueEntry parse(Properties properties) {
        Function<String, Properties> bases = base -> {
            if (!NAMES.contains(base)) {
                throw new IllegalArgumentException(
                        "base=" + base + ": a name in the catalogue, which has " + String.join(", ", NAMES));
            }
            return load(base);
        };
        return new ProfileFormat(properties, bases).read();
    }

    private static Profile runnable(CatalogueEntry entry) {
        Profile profile = entry.profile();
        if (profile == null) {
            throw new IllegalArgumentException(entry.name()
                    + " can be planned with but not run: exhaustion there is a matter of " + entry.exhaustion()
                    + ", not of a BindException");
        }
        return profile;
    }

    private static CatalogueEntry builtIn(String name) {
        return parse(load(name));
    }

    private static Properties load(String name) {
        Properties properties = new Properties();
        try (InputStream stream = ProfileCatalogue.class.getResourceAsStream("profiles/" + name + ".properties")) {
            if (stream == null) {
                throw new IllegalStateException("profile " + name + " is missing from the class path");
            }
            properties.load(new InputStreamReader(stream, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private static IllegalArgumentException unknown(String nameOrFile) {
        return new IllegalArgumentException("no profile and no file is named " + nameOrFile + "; "
                + Spelling.suggestion(nameOrFile, NAMES) + "the catalogue has " + String.join(", ", NAMES));
    }
}
