package io.ephemera.target;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The stub on the command line. */
@Command(
        name = "target-server",
        description = {
            "A stub web service that says exactly which side closed each connection first.",
            "Runs until Ctrl-C or SIGTERM.",
            ""
        },
        footer = {
            "",
            "The side that closes a connection first keeps it in TIME_WAIT. With the default, --close-policy client,"
                    + " that is the client, and its local ports run out; with server they do not, but the server"
                    + " keeps every TIME_WAIT instead; with never the client hangs in FIN_WAIT_2. A client of HTTP/1.0"
                    + " that asks for no keep-alive is closed by the server, whatever the policy.",
            "",
            "What it answers:",
            "  GET /           --bytes bytes, after --service-time, with --status",
            "  GET /?bytes=1000&serviceTime=20ms&status=503",
            "                  the same with other values, for this request",
            "  GET /counters   connections, requests and who closed first, as JSON",
            "",
            "With --auth, / is answered only to the user whose name and password are in the environment variables"
                    + " EPHEMERA_USER and EPHEMERA_PASSWORD; everyone else gets a 401. Exchanges (requests) of a first call:",
            "  basic           2, or 1 by a client that does not wait for a challenge",
            "  digest          2, then 1 a call (RFC 7616, SHA-256 or MD5)",
            "  ntlm            3 on one connection, then 1 a call on it (NTLMv2 only)",
            "",
            "Example: the server closes first, and takes 20 ms for each answer:",
            "  java -jar target-server.jar --port 8080 --close-policy server --service-time 20ms",
            "",
            "Example: a login with NTLM:",
            "  export EPHEMERA_USER=alice EPHEMERA_PASSWORD=wonderland",
            "  java -jar target-server.jar --port 8080 --auth ntlm",
            "  curl --ntlm --user alice:wonderland http://127.0.0.1:8080/",
            "",
            "Exit code: 2 for an option that cannot be used."
        })
public final class Main implements Callable<Integer> {
    // Held here, as java.util.logging forgets the level of a logger that nobody holds.
    private static final List<Logger> LIBRARY_LOGGERS = Stream.of("io.undertow", "org.jboss", "org.xnio")
            .map(Logger::getLogger)
            .toList();

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    // Texts and not numbers: a wrong one is then refused in one wording, the same as in the API.

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "address of this machine to listen on; default 127.0.0.1, which only this machine can reach")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "PORT", description = "port to listen on; default 0: any free one")
    private @Nullable String port;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            description = "length of a response's body; default 2, at most 1048576")
    private @Nullable String bytes;

    @Option(
            names = "--service-time",
            paramLabel = "TIME",
            description = "from a request to its response, such as 20ms, 2s or 1m; default 0, at most 10m")
    private @Nullable String serviceTime;

    @Option(
            names = "--close-policy",
            paramLabel = "WHO",
            description = "who closes a connection first: client (the default), server or never")
    private @Nullable String closePolicy;

    @Option(
            names = "--status",
            paramLabel = "CODE",
            description = "HTTP status of a response, 200 (the default) to 599, except 417")
    private @Nullable String status;

    @Option(
            names = "--io-threads",
            paramLabel = "N",
            description = "threads, 1 to 64; default half the processors, up to 4")
    private @Nullable String ioThreads;

    @Option(
            names = "--auth",
            paramLabel = "SCHEME",
            description = "who is served: none (the default: everyone), or by basic, digest or ntlm one user")
    private @Nullable String auth;

    @Option(names = "--realm", paramLabel = "NAME", description = "realm, of ntlm the domain; default ephemera")
    private @Nullable String realm;

    @Option(
            names = "--nonce-lifetime",
            paramLabel = "TIME",
            description = "how long a nonce of digest can be used, 1ms to 60m; default 5m")
    private @Nullable String nonceLifetime;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this and end")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    private Main(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** The command, for a command line that has it among others. */
    public static Callable<Integer> command() {
        System.setProperty("org.jboss.logging.provider", "jdk");
        LIBRARY_LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
        return new Main(System.getenv(), System.out, System.err);
    }

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(execute((Main) command(), args));
    }

    static int execute(Map<String, String> environment, PrintStream out, PrintStream err, String... args) {
        return execute(new Main(environment, out, err), args);
    }

    private static int execute(Main main, String... args) {
        return new CommandLine(main)
                .setParameterExceptionHandler((e, arguments) -> main.refuse(reason(e)))
                .setUsageHelpAutoWidth(false)
                .setOut(new PrintWriter(main.out, true, Charset.defaultCharset()))
                .execute(args);
    }

    @Override
    public Integer call() throws InterruptedException {
        TargetOptions options;
        TargetServer server;
        try {
            options = options();
            server = TargetServer.start(options);
        } catch (InvalidOptionException | IOException e) {
            return refuse(withFlag(String.valueOf(e.getMessage())));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "target-server-stop"));
        out.println("Target server listens on " + server.uri());
        if (options.authentication().scheme() != AuthenticationScheme.NONE) {
            out.println("Authentication: " + options.authentication());
        }
        out.println("Counters: " + server.uri().resolve(TrackingHandler.COUNTERS_PATH) + "   Stop: Ctrl-C or SIGTERM");
        new CountDownLatch(1).await();
        return 0;
    }

    private TargetOptions options() {
        TargetOptions defaults = TargetOptions.defaults();
        return new TargetOptions(
                host == null ? defaults.host() : host,
                port == null ? defaults.port() : OptionRules.PORT.parseInt(port),
                ioThreads == null ? defaults.ioThreads() : OptionRules.IO_THREADS.parseInt(ioThreads),
                closePolicy == null ? defaults.closePolicy() : ClosePolicy.parse(closePolicy),
                authentication(),
                defaults.response()
                        .with("bytes", bytes)
                        .with("serviceTime", serviceTime)
                        .with("status", status));
    }

    private Authentication authentication() {
        AuthenticationScheme scheme = auth == null ? AuthenticationScheme.NONE : AuthenticationScheme.parse(auth);
        if (realm != null && scheme == AuthenticationScheme.NONE) {
            throw new InvalidOptionException("realm", realm, "needs --auth basic, digest or ntlm");
        }
        if (nonceLifetime != null && scheme != AuthenticationScheme.DIGEST) {
            throw new InvalidOptionException("nonceLifetime", nonceLifetime, "needs --auth digest");
        }
        if (scheme == AuthenticationScheme.NONE) {
            return Authentication.none();
        }
        Authentication authentication = Authentication.of(scheme, Credentials.from(environment));
        if (realm != null) {
            authentication = authentication.withRealm(realm);
        }
        if (nonceLifetime != null) {
            authentication = authentication.withNonceLifetime(OptionRules.NONCE_LIFETIME.parse(nonceLifetime));
        }
        return authentication;
    }

    /** What is wrong, with the option that it begins with as it is called here: {@code ioThreads 0} is {@code --io-threads 0}. */
    private String withFlag(String message) {
        String option = message.split(" ", 2)[0];
        String flag = "--" + option.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        return new CommandLine(this).getCommandSpec().findOption(flag) == null
                ? message
                : flag + message.substring(option.length());
    }

    private static String reason(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched) {
            return "unknown " + String.join(" ", unmatched.getUnmatched()) + ": the options are "
                    + failure.getCommandLine().getCommandSpec().options().stream()
                            .map(OptionSpec::longestName)
                            .sorted()
                            .collect(Collectors.joining(", "));
        }
        return String.valueOf(failure.getMessage());
    }

    private int refuse(String reason) {
        err.println("target-server: " + reason.lines().findFirst().orElse("") + " (--help tells more)");
        return 2;
    }
}
