package io.ephemera.simulations.stack;

import io.ephemera.reports.Terminal;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.StackName;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace of the run's own. A JVM can't move itself into one, so it is started once more, by the same command, behind
 * {@code unshare}; the first waits for the second and ends as it does. The namespace ends with the last process in it, and the
 * second JVM ends when the first does, whatever ends that: its standard input is a pipe from the first, which the system closes.
 */
public final class PrivateNetwork {

    /** Holds the namespace of the JVM that relaunched: inside, ours is another. */
    private static final String OUTSIDE = "io.ephemera.netns.outside";

    private static final Path NAMESPACE = Path.of("/proc/self/ns/net");
    private static final List<String> AS_ROOT = List.of("unshare", "--net", "--");
    private static final List<String> AS_USER = List.of("unshare", "--user", "--map-root-user", "--net", "--");

    /** A partial result takes moments to write; this long the first JVM waits for it. */
    private static final long END_SECONDS = 10;

    private static final int ENDED_FROM_OUTSIDE = 3;

    private PrivateNetwork() {}

    /** Whether this JVM was started by {@link #relaunch}, in a namespace of its own. */
    public static boolean isInside() {
        String outside = System.getProperty(OUTSIDE);
        return outside != null && !outside.equals(namespace());
    }

    /**
     * Runs this JVM's own command again in a new namespace, and waits for its end.
     *
     * @return the exit code of the other JVM
     * @throws BadSettingException if this machine or this user can't have a namespace: one line says what is missing
     */
    public static int relaunch() throws BadSettingException, IOException {
        List<String> own = ownCommand();
        List<String> command = new ArrayList<>(entrance());
        command.addAll(List.of(
                own.get(0),
                "-D" + OUTSIDE + "=" + namespace(),
                "-D" + Terminal.TOLD + "=" + Terminal.isOutput(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                // Netty looks for a hardware address to make an id from, and warns where there is none.
                "-Dio.netty.machineId=02:00:00:ff:fe:00:00:01"));
        command.addAll(own.subList(1, own.size()));
        Process inside = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread onEnd = new Thread(
                () -> {
                    end(inside);
                    // As the JVM inside has said.
                    Runtime.getRuntime().halt(ENDED_FROM_OUTSIDE);
                },
                "ephemera-netns");
        Runtime.getRuntime().addShutdownHook(onEnd);
        try {
            int code = inside.waitFor();
            forget(onEnd);
            return code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(inside);
            return ENDED_FROM_OUTSIDE;
        }
    }

    private static void forget(Thread onEnd) {
        try {
            Runtime.getRuntime().removeShutdownHook(onEnd);
        } catch (IllegalStateException e) {
            // This JVM is being ended from outside, and it is that thread that has ended the other one.
        }
    }

    /** Closing its input tells the JVM inside to end; it writes what it has recorded. */
    private static void end(Process inside) {
        try (OutputStream input = inside.getOutputStream()) {
            input.flush();
        } catch (IOException e) {
            // Then it has ended, or sees the end of the pipe all the same.
        }
        try {
            if (!inside.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                inside.destroyForcibly();
            }
        } catch (InterruptedException e) {
            inside.destroyForcibly();
        }
    }

    /** Inside: brings loopback up, and sees to it that this JVM does not outlive the one outside. */
    static void enter() throws BadSettingException {
        if (!isInside()) {
            throw new IllegalStateException("not in a namespace of its own");
        }
        Thread watch = new Thread(PrivateNetwork::endWithOutside, "ephemera-netns");
        watch.setDaemon(true);
        watch.start();
        Attempt up = attempt(List.of(), "ip", "link", "set", "lo", "up");
        if (!up.succeeded) {
            throw missing("loopback can't be brought up (ip link set lo up: " + up.said + "); install iproute2");
        }
    }

    private static void endWithOutside() {
        try {
            while (System.in.read() >= 0) {
                // Nobody writes; only the end matters.
            }
        } catch (IOException e) {
            // The pipe is gone, and so is who held it.
        }
        System.exit(ENDED_FROM_OUTSIDE);
    }

    private static List<String> entrance() throws BadSettingException {
        if (!Files.isReadable(NAMESPACE)) {
            throw missing("only Linux has network namespaces; give stack model");
        }
        Attempt asRoot = attempt(AS_ROOT, "true");
        if (asRoot.succeeded) {
            return AS_ROOT;
        }
        if (asRoot.notFound) {
            throw missing("there is no unshare; install util-linux");
        }
        Attempt asUser = attempt(AS_USER, "true");
        if (asUser.succeeded) {
            return AS_USER;
        }
        throw missing("this user may not make network namespaces (" + asRoot.said + "; with a user namespace: "
                + asUser.said + "); run as root, allow user namespaces (sysctl kernel.unprivileged_userns_clone=1,"
                + " user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns=0), or start the"
                + " container with --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt"
                + " apparmor=unconfined --security-opt systempaths=unconfined");
    }

    private static BadSettingException missing(String what) {
        return new BadSettingException(Setting.STACK, StackName.NETNS.toString(), what);
    }

    private record Attempt(boolean succeeded, boolean notFound, String said) {}

    private static Attempt attempt(List<String> entrance, String... arguments) {
        List<String> command = new ArrayList<>(entrance);
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            return new Attempt(status == 0, false, said.strip().replaceAll("\\s+", " "));
        } catch (IOException e) {
            return new Attempt(false, true, command.get(0) + " can't be started");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Attempt(false, false, "interrupted");
        }
    }

    /** As the system holds it: the launcher's own options, the class path and all arguments. */
    private static List<String> ownCommand() throws IOException {
        List<String> words = new ArrayList<>(
                List.of(Files.readString(Path.of("/proc/self/cmdline")).split("\0", -1)));
        words.remove(words.size() - 1);
        words.set(0, Files.readSymbolicLink(Path.of("/proc/self/exe")).toString());
        return words;
    }

    private static String namespace() {
        try {
            return Files.readSymbolicLink(NAMESPACE).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
