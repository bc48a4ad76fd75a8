package io.ephemera.agent.usage;

/**
 * The method that opened a connection.
 *
 * @param className its class
 * @param method its name; that of the enclosing method for a lambda
 * @param thread on whose thread it ran, where no frame of the application was on the stack: the thread's name without its
 *     numbers; empty otherwise
 */
public record CallSite(String className, String method, String thread) {

    /** What is counted beyond the bound. */
    static final CallSite OTHERS = new CallSite("", "others", "");

    @Override
    public String toString() {
        String simple = className.substring(className.lastIndexOf('.') + 1);
        String site = simple.isEmpty() ? method : simple.replace('$', '.') + "." + method;
        return thread.isEmpty() ? site : site + " on thread \"" + thread + "\"";
    }
}
