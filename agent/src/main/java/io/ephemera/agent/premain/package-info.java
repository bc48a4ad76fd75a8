/**
 * What {@code -javaagent} starts, and all that the application's class loader gets to see of the agent: the JVM appends an
 * agent's jar to the system class loader. The rest lies in the jar under names that no class loader but {@link
 * io.ephemera.agent.premain.IsolatedLoader} reads.
 *
 * <p>May touch no other package of the tree.
 */
@NullMarked
package io.ephemera.agent.premain;

import org.jspecify.annotations.NullMarked;
