package io.ephemera.agent.premain;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;

/** Entry points of the agent's jar. */
public final class Premain {

    private static final String AGENT = "io.ephemera.agent.standalone.StandaloneAgent";

    private Premain() {}

    /** What the JVM calls for {@code -javaagent}, before the application's {@code main}. */
    public static void premain(String options, Instrumentation instrumentation) {
        try {
            call("premain", options, instrumentation);
        } catch (Exception | LinkageError e) {
            // What leaves this method makes the JVM abort with a page of its own internals.
            Throwable cause = e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
            System.err.println("ephemera-agent: it can't start in this JVM (" + Runtime.version() + "): " + cause);
            System.exit(3);
        }
    }

    /** What the JVM calls when the agent is loaded into it while it runs. */
    public static void agentmain(String options, Instrumentation instrumentation) throws Exception {
        call("agentmain", options, instrumentation);
    }

    private static void call(String method, String options, Instrumentation instrumentation) throws Exception {
        Class<?> agent = Class.forName(AGENT, true, new IsolatedLoader(Premain.class));
        try {
            agent.getMethod(method, String.class, Instrumentation.class)
                    .invoke(null, options == null ? "" : options, instrumentation);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Says how to use the jar, which is no application. */
    public static void main(String[] arguments) {
        System.err.println("usage: java -javaagent:ephemera-agent.jar=profile=windows-2003,speedup=40 -jar app.jar");
        System.exit(2);
    }
}
