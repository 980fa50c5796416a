; written by parabound VERSION for Z3, cvc5 and others (SMT-LIB 2, exact rationals)
; asked    is there an x and a p with |f_p0(x) - f_p(x)| > 0.036, at the one x and p in the box?
; answers  the encoding is relaxed: a threshold that is no rational is enclosed with 256 bits and moved to the outer end, so that unsat holds of the question
;          unsat: no, the property holds
;          sat: perhaps
;          models: z3 -model FILE, cvc5 --dump-models FILE
; network  cats.json, 2-1 (sigmoid), sha256 a776db692124e78c8323894cc3dda1605c23b9c0d4c68b9c5e6a8fb6ea12a188
; inputs   x1 (heart weight (g)) = 13.4
;          x2 (body weight (kg)) = 2.95
; unknowns one a neuron, for all the weights and the bias that lead into it, which is exact: r with |r| <= the most that they can add
; numbers  exact: none is rounded
(set-logic QF_LRA)
(declare-fun r0_0 () Real) ; what the weights and the bias of neuron 0 of layer 0 add
(define-fun pz0_0 () Real (+ (* (/ 5460425036714407.0 72057594037927936.0) (/ 7543529375845581.0 562949953421312.0)) (* (/ 2659790091271981.0 2251799813685248.0) (/ 3321404725185741.0 1125899906842624.0)) (- (/ 7915483177775985.0 2251799813685248.0)) r0_0))
(assert (<= r0_0 (+ (* (/ 5764607523034235.0 576460752303423488.0) (/ 7543529375845581.0 562949953421312.0)) (* (/ 5764607523034235.0 576460752303423488.0) (/ 3321404725185741.0 1125899906842624.0)) (/ 5764607523034235.0 576460752303423488.0))))
(assert (<= (- (+ (* (/ 5764607523034235.0 576460752303423488.0) (/ 7543529375845581.0 562949953421312.0)) (* (/ 5764607523034235.0 576460752303423488.0) (/ 3321404725185741.0 1125899906842624.0)) (/ 5764607523034235.0 576460752303423488.0))) r0_0))
(assert (or (> pz0_0 (/ 17833201614093814685832885899278289757260843534281931367963972774629676453172909597.0 15177100720513508366558296147058741458143803430094840009779784451085189728165691392.0)) (< pz0_0 (/ 3072283603912110220184749361241794275317047085872137130056390305359557612768862055.0 3794275180128377091639574036764685364535950857523710002444946112771297432041422848.0))))
(check-sat)
(exit)
