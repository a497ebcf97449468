//! Values of which the compiler does not know any more where they come from, so that it goes on with
//! what is in a register. Costs no instruction; where assembly is not to be had, compute units.

/// The same number. The compiler neither keeps the one before beside it nor makes an addition with
/// a carry of two, which sBPF does not have.
#[inline(always)]
#[cfg_attr(target_arch = "bpf", expect(unsafe_code, reason = "an empty line of assembly"))]
pub fn number(number: u64) -> u64 {
    #[cfg(target_arch = "bpf")]
    {
        let mut number = number;
        // SAFETY: no instruction; it changes neither registers nor memory.
        unsafe { core::arch::asm!("/* {0} */", inout(reg) number, options(pure, nomem, nostack)) };
        return number;
    }
    #[cfg(not(target_arch = "bpf"))]
    number
}

/// The same pointer, to whatever the given one points to. The compiler does not make it anew of
/// the stack's address, or of another one too far away for one instruction.
#[inline(always)]
#[cfg_attr(target_arch = "bpf", expect(unsafe_code, reason = "an empty line of assembly"))]
pub fn pointer<T>(pointer: *mut T) -> *mut T {
    #[cfg(target_arch = "bpf")]
    {
        let mut pointer = pointer;
        // SAFETY: as in `number`.
        unsafe { core::arch::asm!("/* {0} */", inout(reg) pointer, options(nostack)) };
        return pointer;
    }
    #[cfg(not(target_arch = "bpf"))]
    pointer
}
