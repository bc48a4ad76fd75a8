package io.ephemera.cli.console;

/** How a command ends; docs/cli.md has them all. */
public final class ExitCode {

    /** It did what was asked, and nothing is wrong. */
    public static final int OK = 0;
    /** It did what was asked, and found what was asked about: calls that fail, ports that run out. */
    public static final int FOUND = 1;
    /** Bad input: one line says so, and nothing was done. */
    public static final int BAD_INPUT = 2;
    /** It can't be told. */
    public static final int UNKNOWN = 3;

    private ExitCode() {}
}
