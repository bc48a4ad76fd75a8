/**
 * The one class of the agent that the bootstrap loader gets: the JDK's own classes, once advised, call it. It refers to nothing
 * but {@code java.base}.
 *
 * <p>May touch no other package of the tree.
 */
@NullMarked
package io.ephemera.agent.hook;

import org.jspecify.annotations.NullMarked;
