package io.ephemera.agent.usage;

/**
 * The method that opened a connection, or had a library open it.
 *
 * @param className its class
 * @param method its name; that of the enclosing method for a lambda
 * @param thread on whose thread it ran, where no frame of the application was on the stack: the thread's name without its
 *     numbers; empty otherwise
 * @param guess what is known of it where that is a guess; empty otherwise
 */
public record CallSite(String className, String method, String thread, String guess) {

    /** What is counted beyond the bound. */
    static final CallSite OTHERS = of("", "others", "");

    /**
     * What a load tool opens connections for, by the name that the tool has for it, such as a request's: as the owner of a connection
     * ({@link io.ephemera.agent.PortHook#owned}) it is its call site, and no stack is looked at.
     */
    public static CallSite named(String name) {
        return of("", name, "");
    }

    /** Whether it is known by a name and not by its class. */
    boolean isNamed() {
        return className.isEmpty() && thread.isEmpty();
    }

    static CallSite of(String className, String method, String thread) {
        return new CallSite(className, method, thread, "");
    }

    /** Whether it is the application's, and not the nearest that a library or the JDK has. */
    boolean isApplication() {
        return thread.isEmpty();
    }

    /** The same, known from no more than that an event loop was woken by it before it connected. */
    CallSite guessed() {
        return new CallSite(className, method, thread, " (a guess: it woke the event loop last)");
    }

    @Override
    public String toString() {
        String simple = className.substring(className.lastIndexOf('.') + 1);
        String site = simple.isEmpty() ? method : simple.replace('$', '.') + "." + method;
        return thread.isEmpty() ? site + guess : site + " on thread \"" + thread + "\"";
    }
}
