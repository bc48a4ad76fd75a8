/**
 * {@code ephemera plan}, {@code ephemera replay} and {@code ephemera alerts}: the planner on the command line, the same of traffic
 * that was recorded, and the rules that watch what it plans with.
 *
 * <p>May touch {@code ports}, {@code ports.plan}, {@code reports}, {@code reports.page}, {@code cli.console}.
 */
@NullMarked
package io.ephemera.cli.plan;

import org.jspecify.annotations.NullMarked;
