package io.ephemera.target;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A key and a certificate for localhost that nobody has signed, made anew for each server by the JDK's own {@code keytool}: Java
 * has no public API that makes a certificate, and a key that lies in a repository is no key. On an elliptic curve: an RSA key
 * takes seconds to find, and each handshake a millisecond or more.
 */
final class SelfSigned {

    private static final long KEYTOOL_SECONDS = 30;

    /** Linux: what a process has open, under any name or none, by number. */
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    private static final String PASSWORD = "EPHEMERA_STUB_STORE";

    private SelfSigned() {}

    /**
     * A context for a server.
     *
     * @throws IOException if there is no {@code keytool}, or it fails; the message is one line
     */
    static SSLContext context() throws IOException {
        char[] password = UUID.randomUUID().toString().toCharArray();
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, password);
            // What keytool begins with: it refuses a file that is there and empty.
            ByteArrayOutputStream empty = new ByteArrayOutputStream();
            keys.store(empty, password);
            Path store = Files.createTempFile("ephemera-stub", ".p12");
            try (InputStream in = Files.newInputStream(store)) {
                Files.write(store, empty.toByteArray());
                generate(store, new String(password));
                keys.load(in, password);
            } finally {
                Files.deleteIfExists(store);
            }
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate for the stub: " + e.getMessage(), e);
        }
    }

    private static void generate(Path store, String password) throws IOException {
        // An open file without a name is left by nobody, not even where this process is killed while keytool works on
        // it.
        boolean unlinked = Files.isDirectory(OPEN_FILES);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-keystore",
                (unlinked ? OPEN_FILES.resolve("0") : store).toString()));
        command.addAll(List.of(("-genkeypair -alias stub -keyalg EC -groupname secp256r1 -dname CN=localhost"
                        + " -ext san=dns:localhost,ip:127.0.0.1 -validity 30 -storetype PKCS12 -storepass:env "
                        + PASSWORD)
                .split(" ", -1)));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        if (unlinked) {
            builder.redirectInput(store.toFile());
        }
        // By the environment: a command line can be read by everyone on the machine.
        builder.environment().put(PASSWORD, password);
        Process keytool = builder.start();
        if (unlinked) {
            Files.delete(store);
        }
        try {
            if (!keytool.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                keytool.destroyForcibly();
                throw new IOException("no certificate for the stub: keytool failed");
            }
        } catch (InterruptedException e) {
            keytool.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("no certificate for the stub: interrupted", e);
        }
    }
}
