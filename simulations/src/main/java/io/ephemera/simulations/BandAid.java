package io.ephemera.simulations;

/**
 * Calls fail with no free port, and somebody resets the stack: it helps for as long as the load takes to fill the ports again
 * ({@code docs/lessons/5-band-aid.md}).
 */
public final class BandAid extends SingleRun {}
