; written by parabound VERSION for Z3, cvc5 and others (SMT-LIB 2, exact rationals)
; asked    is there an x with |f_p0(x) - level| >= 0.053 and a p with another label for f_p(x), for x in the domain and p in the box?
; label    1 if f > 0.5, else 0
; answers  the encoding is relaxed: a threshold that is no rational is enclosed with 256 bits and moved to the inner end, so that sat holds of the question
;          unsat: perhaps not
;          sat: yes, the property is violated
;          models: z3 -model FILE, cvc5 --dump-models FILE
; network  cats.json, 2-1 (sigmoid), sha256 a776db692124e78c8323894cc3dda1605c23b9c0d4c68b9c5e6a8fb6ea12a188
; inputs   x1 (heart weight (g)) in [6.3, 20.5]
;          x2 (body weight (kg)) in [2, 3.9]
; unknowns one a neuron, for all the weights and the bias that lead into it, which is exact: r with |r| <= the most that they can add
; numbers  exact: none is rounded
(set-logic QF_LRA)
(declare-fun x1 () Real) ; heart weight (g)
(assert (<= (/ 7093169413108531.0 1125899906842624.0) x1))
(assert (<= x1 (/ 41.0 2.0)))
(declare-fun x2 () Real) ; body weight (kg)
(assert (<= 2.0 x2))
(assert (<= x2 (/ 8782019273372467.0 2251799813685248.0)))
(declare-fun r0_0 () Real) ; what the weights and the bias of neuron 0 of layer 0 add
(define-fun nz0_0 () Real (+ (* (/ 5460425036714407.0 72057594037927936.0) x1) (* (/ 2659790091271981.0 2251799813685248.0) x2) (- (/ 7915483177775985.0 2251799813685248.0))))
(define-fun pz0_0 () Real (+ (* (/ 5460425036714407.0 72057594037927936.0) x1) (* (/ 2659790091271981.0 2251799813685248.0) x2) (- (/ 7915483177775985.0 2251799813685248.0)) r0_0))
(assert (<= r0_0 (+ (* (/ 5764607523034235.0 576460752303423488.0) x1) (* (/ 5764607523034235.0 576460752303423488.0) x2) (/ 5764607523034235.0 576460752303423488.0))))
(assert (<= (- (+ (* (/ 5764607523034235.0 576460752303423488.0) x1) (* (/ 5764607523034235.0 576460752303423488.0) x2) (/ 5764607523034235.0 576460752303423488.0))) r0_0))
(assert (or (and (<= nz0_0 0.0) (> pz0_0 0.0) (<= nz0_0 (- (/ 1614839015959939557114846300941261125350597226198422709271258417473898404301013667.0 7588550360256754183279148073529370729071901715047420004889892225542594864082845696.0)))) (and (> nz0_0 0.0) (<= pz0_0 0.0) (>= nz0_0 (/ 1614839015959939557114846300941261125350597226198422709271258417473898404301013667.0 7588550360256754183279148073529370729071901715047420004889892225542594864082845696.0)))))
(check-sat)
(exit)
