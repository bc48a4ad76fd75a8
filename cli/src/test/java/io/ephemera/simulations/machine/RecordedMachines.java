package io.ephemera.simulations.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Readers of what was recorded on other machines for the tests of the readers themselves. */
public final class RecordedMachines {

    private static final Path RECORDED = Path.of("../simulations/src/test/resources/io/ephemera/simulations/machine");

    private RecordedMachines() {}

    private static final Map<String, String> WINDOWS = Map.of(
            "netsh int ipv4 show dynamicport tcp", "windows/dynamicport-default.txt",
            "netsh int ipv4 show excludedportrange tcp", "windows/excludedportrange-none.txt",
            "reg query HKLM\\SYSTEM", "windows/reg-query-tuned.txt",
            "netstat -ano", "windows/netstat-ano-german.txt");

    private static final Map<String, String> MAC = Map.of(
            "/usr/sbin/sysctl net.inet.ip", "macos/sysctl-default.txt",
            "/usr/sbin/netstat -an -p tcp", "macos/netstat-an.txt");

    public static MachineReader windows() {
        return new WindowsMachine("Windows 11 10.0", commands(WINDOWS), id -> "process");
    }

    /** A Windows Server 2019 whose registry has none of the values. */
    public static MachineReader stockWindows() {
        Map<String, String> stock = new HashMap<>(WINDOWS);
        stock.put("reg query HKLM\\SYSTEM", "windows/reg-query-default.txt");
        return new WindowsMachine("Windows Server 2019 10.0", commands(stock), id -> "process");
    }

    public static MachineReader mac() {
        return new MacMachine("Mac OS X 15.1", commands(MAC));
    }

    /** The files of what the commands of a machine printed. */
    public static List<Path> listings(String machine) {
        return (machine.equals("mac") ? MAC : WINDOWS)
                .values().stream().map(RECORDED::resolve).toList();
    }

    public static MachineReader linux() {
        return new LinuxMachine(RECORDED.resolve("linux/proc"), RECORDED.resolve("linux"));
    }

    /** A Windows on which no command can be run. */
    public static MachineReader mute() {
        return new WindowsMachine("Windows 11 10.0", commands(Map.of()), id -> "process");
    }

    private static Commands commands(Map<String, String> files) {
        return command -> {
            String line = String.join(" ", command);
            for (Map.Entry<String, String> entry : files.entrySet()) {
                if (line.startsWith(entry.getKey())) {
                    return Files.readString(RECORDED.resolve(entry.getValue()), StandardCharsets.ISO_8859_1);
                }
            }
            throw new IOException("there is no such command");
        };
    }
}
