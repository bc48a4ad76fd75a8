package io.ephemera.target;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The layout of NTLM's messages ([MS-NLMP] section 2.2.1), as far as Java's own mechanism leaves it to its user. */
final class NtlmMessages {
    static final int NEGOTIATE = 1;
    static final int AUTHENTICATE = 3;

    private static final byte[] SIGNATURE = {'N', 'T', 'L', 'M', 'S', 'S', 'P', 0};
    private static final int TYPE_OFFSET = 8;
    private static final int AUTHENTICATE_NT_RESPONSE_OFFSET = 20;
    /** The response of NTLMv1, whatever its variant; that of NTLMv2 is longer. */
    private static final int NTLM_V1_RESPONSE_BYTES = 24;

    private static final int CHALLENGE_TARGET_NAME_OFFSET = 12;
    private static final int CHALLENGE_FLAGS_OFFSET = 20;
    private static final int CHALLENGE_BYTES_WITHOUT_TARGET_INFO = 32;
    private static final int CHALLENGE_TARGET_INFO_OFFSET = 40;
    private static final int CHALLENGE_BYTES = 48;
    private static final int EXTENDED_SESSION_SECURITY = 0x0008_0000;
    private static final int TARGET_INFO = 0x0080_0000;

    private static final short END_OF_LIST = 0;
    private static final short COMPUTER_NAME = 1;
    private static final short DOMAIN_NAME = 2;
    private static final String THIS_COMPUTER = "TARGET-SERVER";

    private NtlmMessages() {}

    /** The message's type; 0 if it is not one of NTLM's. */
    static int type(byte[] message) {
        boolean signed = Arrays.equals(Arrays.copyOf(message, SIGNATURE.length), SIGNATURE);
        return signed ? littleEndian(message).getInt(TYPE_OFFSET) : 0;
    }

    /** Whether an AUTHENTICATE message has an answer of NTLMv2, and all of it: Java's mechanism fills up with zeros what is cut off. */
    static boolean isVersion2(byte[] authenticate) {
        ByteBuffer fields = littleEndian(authenticate);
        int length = Short.toUnsignedInt(fields.getShort(AUTHENTICATE_NT_RESPONSE_OFFSET));
        int payloadOffset = fields.getInt(AUTHENTICATE_NT_RESPONSE_OFFSET + 4);
        return length > NTLM_V1_RESPONSE_BYTES && payloadOffset <= authenticate.length - length;
    }

    /**
     * Java's CHALLENGE message with the target's names added, and the flags that say so: without them clients such as curl
     * answer with NTLMv1.
     */
    static byte[] withTargetInfo(byte[] challenge, String domain) {
        byte[] domainName = domain.getBytes(StandardCharsets.UTF_16LE);
        byte[] targetInfo = targetInfo(domainName);
        byte[] bytes = new byte[CHALLENGE_BYTES + domainName.length + targetInfo.length];
        ByteBuffer message = littleEndian(bytes);
        message.put(challenge, 0, CHALLENGE_BYTES_WITHOUT_TARGET_INFO);
        int flags = message.getInt(CHALLENGE_FLAGS_OFFSET) | TARGET_INFO | EXTENDED_SESSION_SECURITY;
        message.putInt(CHALLENGE_FLAGS_OFFSET, flags);
        putField(message, CHALLENGE_TARGET_NAME_OFFSET, domainName, CHALLENGE_BYTES);
        putField(message, CHALLENGE_TARGET_INFO_OFFSET, targetInfo, CHALLENGE_BYTES + domainName.length);
        return bytes;
    }

    private static byte[] targetInfo(byte[] domainName) {
        byte[] computerName = THIS_COMPUTER.getBytes(StandardCharsets.UTF_16LE);
        byte[] bytes = new byte[3 * 2 * Short.BYTES + domainName.length + computerName.length];
        littleEndian(bytes)
                .putShort(DOMAIN_NAME)
                .putShort((short) domainName.length)
                .put(domainName)
                .putShort(COMPUTER_NAME)
                .putShort((short) computerName.length)
                .put(computerName)
                .putShort(END_OF_LIST)
                .putShort((short) 0);
        return bytes;
    }

    private static void putField(ByteBuffer message, int fieldOffset, byte[] payload, int payloadOffset) {
        message.putShort(fieldOffset, (short) payload.length)
                .putShort(fieldOffset + 2, (short) payload.length)
                .putInt(fieldOffset + 4, payloadOffset)
                .put(payloadOffset, payload);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
