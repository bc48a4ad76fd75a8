package io.ephemera.simulations;

/**
 * An application migrates records from several workers in a closed loop. It runs well until the ports are used up, a few thousand
 * records in ({@code docs/lessons/1-migration.md}).
 */
public final class Migration extends SingleRun {}
