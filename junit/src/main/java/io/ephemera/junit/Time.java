package io.ephemera.junit;

/** Which clock TIME_WAIT passes on. */
public enum Time {
    /** It stands still, but for {@link TestPortPool#advance}: tests are exact and do not sleep. */
    VIRTUAL,
    /** It passes as it does. */
    WALL
}
