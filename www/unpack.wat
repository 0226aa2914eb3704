;; The decoder of unpack.js: LZMA after Igor Pavlov's "LZMA Specification" (2015), in its order and with its names. In JavaScript it takes four times as long
;; before the browser has compiled it well, and the first training step waits for it. It trusts nobody: an offset beyond the memory is a trap.
;;
;; Memory: the probabilities of all decisions, 16 bits each, from 0; then what the caller has put there. Where the probabilities of each decision begin:
;;   is_match 0, is_rep 384, is_rep_g0 408, is_rep_g1 432, is_rep_g2 456, is_rep0_long 480, pos_slot 864, pos 1376, align 1606, len 1638, rep_len 2666, literal 3694
;; in bytes; states 12, pos_states 16.
(module
 (memory (export "memory") 1)
 (global $range (mut i32) (i32.const -1))
 (global $code (mut i32) (i32.const 0))
 (global $next (mut i32) (i32.const 0)) ;; address of the next byte of the input

 (func $normalize
  (if (i32.lt_u (global.get $range) (i32.const 0x1000000)) (then
   (global.set $range (i32.shl (global.get $range) (i32.const 8)))
   (global.set $code (i32.or (i32.shl (global.get $code) (i32.const 8)) (i32.load8_u (global.get $next))))
   (global.set $next (i32.add (global.get $next) (i32.const 1))))))

 ;; One decision; at: address of its probability.
 (func $bit (param $at i32) (result i32)
  (local $probability i32) (local $bound i32) (local $one i32)
  (local.set $probability (i32.load16_u (local.get $at)))
  (local.set $bound (i32.mul (i32.shr_u (global.get $range) (i32.const 11)) (local.get $probability)))
  (if (i32.lt_u (global.get $code) (local.get $bound))
   (then
    (global.set $range (local.get $bound))
    (i32.store16 (local.get $at) (i32.add (local.get $probability) (i32.shr_u (i32.sub (i32.const 2048) (local.get $probability)) (i32.const 5)))))
   (else
    (global.set $range (i32.sub (global.get $range) (local.get $bound)))
    (global.set $code (i32.sub (global.get $code) (local.get $bound)))
    (i32.store16 (local.get $at) (i32.sub (local.get $probability) (i32.shr_u (local.get $probability) (i32.const 5))))
    (local.set $one (i32.const 1))))
  (call $normalize)
  (local.get $one))

 ;; count decisions of equal chances, the highest bit first.
 (func $direct_bits (param $count i32) (result i32)
  (local $value i32) (local $one i32)
  (loop $again
   (if (local.get $count) (then
    (global.set $range (i32.shr_u (global.get $range) (i32.const 1)))
    (local.set $one (i32.ge_u (global.get $code) (global.get $range)))
    (global.set $code (i32.sub (global.get $code) (i32.mul (local.get $one) (global.get $range))))
    (local.set $value (i32.or (i32.shl (local.get $value) (i32.const 1)) (local.get $one)))
    (call $normalize)
    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
    (br $again))))
  (local.get $value))

 ;; A tree of count levels, the highest bit first.
 (func $tree (param $at i32) (param $count i32) (result i32)
  (local $symbol i32) (local $end i32)
  (local.set $symbol (i32.const 1))
  (local.set $end (i32.shl (i32.const 1) (local.get $count)))
  (loop $again
   (local.set $symbol (i32.or (i32.shl (local.get $symbol) (i32.const 1)) (call $bit (i32.add (local.get $at) (i32.shl (local.get $symbol) (i32.const 1))))))
   (br_if $again (i32.lt_u (local.get $symbol) (local.get $end))))
  (i32.sub (local.get $symbol) (local.get $end)))

 ;; The same, the lowest bit first.
 (func $reverse_tree (param $at i32) (param $count i32) (result i32)
  (local $symbol i32) (local $value i32) (local $k i32) (local $one i32)
  (local.set $symbol (i32.const 1))
  (loop $again
   (if (i32.lt_u (local.get $k) (local.get $count)) (then
    (local.set $one (call $bit (i32.add (local.get $at) (i32.shl (local.get $symbol) (i32.const 1)))))
    (local.set $symbol (i32.or (i32.shl (local.get $symbol) (i32.const 1)) (local.get $one)))
    (local.set $value (i32.or (local.get $value) (i32.shl (local.get $one) (local.get $k))))
    (local.set $k (i32.add (local.get $k) (i32.const 1)))
    (br $again))))
  (local.get $value))

 ;; A byte; matched: the one at the last distance, which it differs from, or -1.
 (func $literal (param $at i32) (param $matched i32) (result i32)
  (local $symbol i32) (local $expected i32) (local $one i32)
  (local.set $symbol (i32.const 1))
  (block $differs
   (br_if $differs (i32.lt_s (local.get $matched) (i32.const 0)))
   (loop $same
    (local.set $expected (i32.and (i32.shr_u (local.get $matched) (i32.const 7)) (i32.const 1)))
    (local.set $matched (i32.shl (local.get $matched) (i32.const 1)))
    (local.set $one (call $bit (i32.add (local.get $at) (i32.shl (i32.add (i32.shl (i32.add (i32.const 1) (local.get $expected)) (i32.const 8)) (local.get $symbol)) (i32.const 1)))))
    (local.set $symbol (i32.or (i32.shl (local.get $symbol) (i32.const 1)) (local.get $one)))
    (br_if $differs (i32.ne (local.get $one) (local.get $expected)))
    (br_if $same (i32.lt_u (local.get $symbol) (i32.const 0x100)))))
  (loop $again
   (if (i32.lt_u (local.get $symbol) (i32.const 0x100)) (then
    (local.set $symbol (i32.or (i32.shl (local.get $symbol) (i32.const 1)) (call $bit (i32.add (local.get $at) (i32.shl (local.get $symbol) (i32.const 1))))))
    (br $again))))
  (local.get $symbol)) ;; stored as a byte: without its leading 1

 ;; A length less 2; at: of len or rep_len.
 (func $length (param $at i32) (param $pos_state i32) (result i32)
  (if (i32.eqz (call $bit (local.get $at)))
   (then (return (call $tree (i32.add (i32.add (local.get $at) (i32.const 4)) (i32.shl (local.get $pos_state) (i32.const 4))) (i32.const 3)))))
  (if (i32.eqz (call $bit (i32.add (local.get $at) (i32.const 2))))
   (then (return (i32.add (i32.const 8) (call $tree (i32.add (i32.add (local.get $at) (i32.const 260)) (i32.shl (local.get $pos_state) (i32.const 4))) (i32.const 3))))))
  (i32.add (i32.const 16) (call $tree (i32.add (local.get $at) (i32.const 516)) (i32.const 8))))

 ;; How far back, less 1; length less 2.
 (func $distance (param $length i32) (result i32)
  (local $slot i32) (local $direct i32) (local $distance i32)
  (local.set $slot (call $tree (i32.add (i32.const 864) (i32.shl (select (local.get $length) (i32.const 3) (i32.lt_u (local.get $length) (i32.const 3))) (i32.const 7))) (i32.const 6)))
  (if (i32.lt_u (local.get $slot) (i32.const 4)) (then (return (local.get $slot))))
  (local.set $direct (i32.sub (i32.shr_u (local.get $slot) (i32.const 1)) (i32.const 1)))
  (local.set $distance (i32.shl (i32.or (i32.const 2) (i32.and (local.get $slot) (i32.const 1))) (local.get $direct)))
  (if (i32.lt_u (local.get $slot) (i32.const 14)) (then
   (return (i32.add (local.get $distance) (call $reverse_tree (i32.add (i32.const 1376) (i32.shl (i32.sub (local.get $distance) (local.get $slot)) (i32.const 1))) (local.get $direct))))))
  (i32.add (local.get $distance) (i32.add
   (i32.shl (call $direct_bits (i32.sub (local.get $direct) (i32.const 4))) (i32.const 4))
   (call $reverse_tree (i32.const 1606) (i32.const 4)))))

 ;; From input, an address, to output; gives the address at which it ended: before end where the input is damaged.
 (func (export "unpack") (param $input i32) (param $output i32) (param $end i32) (result i32)
  (local $properties i32) (local $lc i32) (local $lp_mask i32) (local $pb_mask i32) (local $at i32) (local $position i32) (local $pos_state i32)
  (local $state i32) (local $rep0 i32) (local $rep1 i32) (local $rep2 i32) (local $rep3 i32) (local $count i32) (local $distance i32)
  (local.set $properties (i32.load8_u (local.get $input)))
  (local.set $lc (i32.rem_u (local.get $properties) (i32.const 9)))
  (local.set $lp_mask (i32.sub (i32.shl (i32.const 1) (i32.rem_u (i32.div_u (local.get $properties) (i32.const 9)) (i32.const 5))) (i32.const 1)))
  (local.set $pb_mask (i32.sub (i32.shl (i32.const 1) (i32.div_u (local.get $properties) (i32.const 45))) (i32.const 1)))
  (local.set $count (i32.add (i32.const 3694) (i32.shl (i32.const 1536) (i32.add (local.get $lc) (i32.popcnt (local.get $lp_mask))))))
  (loop $even                        ;; even chances everywhere
   (local.set $count (i32.sub (local.get $count) (i32.const 2)))
   (i32.store16 (local.get $count) (i32.const 1024))
   (br_if $even (local.get $count)))
  (local.set $count (i32.const 5))   ;; behind the header of 13 bytes; the first of the five is 0
  (global.set $next (i32.add (local.get $input) (i32.const 13)))
  (loop $begin
   (global.set $code (i32.or (i32.shl (global.get $code) (i32.const 8)) (i32.load8_u (global.get $next))))
   (global.set $next (i32.add (global.get $next) (i32.const 1)))
   (br_if $begin (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
  (local.set $at (local.get $output))
  (block $ended (loop $again
   (br_if $ended (i32.ge_u (local.get $at) (local.get $end)))
   (local.set $position (i32.sub (local.get $at) (local.get $output)))
   (local.set $pos_state (i32.and (local.get $position) (local.get $pb_mask)))
   (if (i32.eqz (call $bit (i32.add (i32.shl (local.get $state) (i32.const 5)) (i32.shl (local.get $pos_state) (i32.const 1))))) (then
    (i32.store8 (local.get $at) (call $literal
     (i32.add (i32.const 3694) (i32.mul (i32.const 1536) (i32.add
      (i32.shl (i32.and (local.get $position) (local.get $lp_mask)) (local.get $lc))
      (i32.shr_u (if (result i32) (local.get $position) (then (i32.load8_u (i32.sub (local.get $at) (i32.const 1)))) (else (i32.const 0))) (i32.sub (i32.const 8) (local.get $lc))))))
     (if (result i32) (i32.lt_u (local.get $state) (i32.const 7)) (then (i32.const -1)) (else (i32.load8_u (i32.sub (i32.sub (local.get $at) (local.get $rep0)) (i32.const 1)))))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (local.set $state (i32.sub (local.get $state) (select (i32.const 6) (select (i32.const 3) (local.get $state) (i32.gt_u (local.get $state) (i32.const 3))) (i32.gt_u (local.get $state) (i32.const 9)))))
    (br $again)))
   (if (i32.eqz (call $bit (i32.add (i32.const 384) (i32.shl (local.get $state) (i32.const 1))))) (then ;; a new distance
    (local.set $rep3 (local.get $rep2))
    (local.set $rep2 (local.get $rep1))
    (local.set $rep1 (local.get $rep0))
    (local.set $count (call $length (i32.const 1638) (local.get $pos_state)))
    (local.set $rep0 (call $distance (local.get $count)))
    (local.set $count (i32.add (local.get $count) (i32.const 2)))
    (local.set $state (select (i32.const 7) (i32.const 10) (i32.lt_u (local.get $state) (i32.const 7)))))
   (else                             ;; one of the last four
    (local.set $count (i32.const 0))
    (if (i32.eqz (call $bit (i32.add (i32.const 408) (i32.shl (local.get $state) (i32.const 1))))) (then
     (if (i32.eqz (call $bit (i32.add (i32.const 480) (i32.add (i32.shl (local.get $state) (i32.const 5)) (i32.shl (local.get $pos_state) (i32.const 1)))))) (then
      (local.set $count (i32.const 1))
      (local.set $state (select (i32.const 9) (i32.const 11) (i32.lt_u (local.get $state) (i32.const 7)))))))
    (else
     (if (i32.eqz (call $bit (i32.add (i32.const 432) (i32.shl (local.get $state) (i32.const 1))))) (then (local.set $distance (local.get $rep1))) (else
      (if (i32.eqz (call $bit (i32.add (i32.const 456) (i32.shl (local.get $state) (i32.const 1))))) (then (local.set $distance (local.get $rep2))) (else
       (local.set $distance (local.get $rep3))
       (local.set $rep3 (local.get $rep2))))
      (local.set $rep2 (local.get $rep1))))
     (local.set $rep1 (local.get $rep0))
     (local.set $rep0 (local.get $distance))))
    (if (i32.eqz (local.get $count)) (then
     (local.set $count (i32.add (call $length (i32.const 2666) (local.get $pos_state)) (i32.const 2)))
     (local.set $state (select (i32.const 8) (i32.const 11) (i32.lt_u (local.get $state) (i32.const 7))))))))
   (br_if $ended (i32.ge_u (local.get $rep0) (local.get $position)))
   (loop $copy
    (i32.store8 (local.get $at) (i32.load8_u (i32.sub (i32.sub (local.get $at) (local.get $rep0)) (i32.const 1))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
    (br_if $copy (i32.and (i32.ne (local.get $count) (i32.const 0)) (i32.lt_u (local.get $at) (local.get $end)))))
   (br $again)))
  (local.get $at)))
