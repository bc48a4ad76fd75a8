package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Linux's own files, each as a figure. The meanings are those of {@code Documentation/networking/ip-sysctl.rst}. */
record LinuxFigures(ProcFiles files, List<Path> kernelConfigs) {

    /** Files below {@code /proc}, of this machine or as somebody printed them. */
    interface ProcFiles {

        /** How the file is called where it was read. */
        String name(String file);

        /** What it has; a file that can't be read is an {@link IOException} whose message says why. */
        String text(String file) throws IOException;
    }

    /** The figures of a machine whose files are here. */
    static LinuxFigures at(Path proc, Path boot) {
        ProcFiles files = new ProcFiles() {
            @Override
            public String name(String file) {
                return proc.resolve(file).toString();
            }

            @Override
            public String text(String file) throws IOException {
                return LinuxFigures.text(proc.resolve(file));
            }
        };
        return new LinuxFigures(files, List.of(proc.resolve("config.gz"), boot.resolve("config-" + release(files))));
    }

    /** Why there is no figure: this kernel has no such setting. */
    static final String NO_SUCH_FILE = "there is no such file";

    private static final Pattern HZ = Pattern.compile("^CONFIG_HZ=(\\d{1,9})$", Pattern.MULTILINE);
    private static final Pattern TIME_WAITS = Pattern.compile("^TCP:.* tw (\\d+)", Pattern.MULTILINE);

    /** The list of reserved ports can be long: 32,768 single ports take 200 KB. */
    private static final int MOST_BYTES = 1 << 20;

    MachineFigure<PortRange> ports() {
        return read("ports", "ports", sysctl("ip_local_port_range"), text -> {
            String[] ends = text.split("\\s+", -1);
            return new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        });
    }

    MachineFigure<List<PortRange>> reserved() {
        return read("reserved", "", sysctl("ip_local_reserved_ports"), LinuxFigures::ranges);
    }

    /** A whole number of {@code /proc/sys/net/ipv4}. */
    MachineFigure<Long> number(String sysctl, String unit) {
        return read(sysctl, unit, sysctl(sysctl), Long::valueOf);
    }

    /** {@code CONFIG_HZ}, which decides how long past 60 s TIME_WAIT lasts. */
    MachineFigure<Long> ticksPerSecond() {
        for (Path config : kernelConfigs) {
            try (InputStream file = Files.newInputStream(config);
                    InputStream text = config.toString().endsWith(".gz") ? new GZIPInputStream(file) : file) {
                Matcher hz = HZ.matcher(new String(text.readAllBytes(), StandardCharsets.UTF_8));
                if (hz.find()) {
                    return MachineFigure.of("CONFIG_HZ", Long.valueOf(hz.group(1)), "ticks/s", config.toString());
                }
            } catch (IOException e) {
                // The other file may tell; the figure says where neither did.
            }
        }
        return kernelConfigs.isEmpty()
                ? MachineFigure.unknown("CONFIG_HZ", "ticks/s", "the kernel's configuration", "not looked for")
                : MachineFigure.unknown(
                        "CONFIG_HZ",
                        "ticks/s",
                        kernelConfigs.stream().map(Path::toString).collect(Collectors.joining(", ")),
                        "neither file tells");
    }

    /** Entries in TIME_WAIT of this network namespace, to all destinations and whatever their age. */
    MachineFigure<Long> timeWaitEntries() {
        return read("TIME_WAIT now", "entries", "net/sockstat", text -> {
                    Matcher entries = TIME_WAITS.matcher(text);
                    if (!entries.find()) {
                        throw new IllegalArgumentException("no tw");
                    }
                    return Long.valueOf(entries.group(1));
                })
                .meaning("of every age; those older than the hold in force hold nothing");
    }

    String release() {
        return release(files);
    }

    private static String release(ProcFiles files) {
        try {
            return files.text("sys/kernel/osrelease");
        } catch (IOException e) {
            return "of an unknown version";
        }
    }

    private static String sysctl(String name) {
        return "sys/net/ipv4/" + name;
    }

    private <T> MachineFigure<T> read(String name, String unit, String file, Function<String, T> parser) {
        return MachineFigure.read(name, unit, files.name(file), () -> {
            String text = files.text(file);
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw new IOException("it has an unexpected content: " + printable(text), e);
            }
        });
    }

    /** Why a file can't be read. */
    static String why(IOException e) {
        if (e instanceof NoSuchFileException) {
            return NO_SUCH_FILE;
        }
        return e instanceof AccessDeniedException ? "access is denied" : "it can't be read";
    }

    private static String printable(String text) {
        String line = text.replaceAll("[^\\x20-\\x7e]+", " ");
        return line.length() > 40 ? line.substring(0, 40) + "…" : line;
    }

    private static List<PortRange> ranges(String text) {
        List<PortRange> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                String range = part.strip();
                ranges.add(PortRange.parse(range.contains("-") ? range : range + "-" + range));
            }
        }
        return List.copyOf(ranges);
    }

    /** In one read: a file below {@code /proc/sys} tells no more to a second one, and {@code Files.readString} begins with a byte. */
    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[MOST_BYTES];
            int read = in.read(buffer, 0, buffer.length);
            return new String(buffer, 0, Math.max(0, read), StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            throw new IOException(why(e), e);
        }
    }
}
