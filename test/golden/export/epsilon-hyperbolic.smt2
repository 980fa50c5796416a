; written by parabound VERSION for dReal 4 (SMT-LIB 2, with its min, max, abs and exp)
; asked    the largest |f_p0(x) - f_p(x)|, for x in the domain and p in the box
; answers  the optimum is of epsilon; what dReal returns is near it, to its precision, on either side: it proves no bound (see (check-sat) beside a threshold for that)
; network  cats.json, 2-1 (sigmoid), sha256 a776db692124e78c8323894cc3dda1605c23b9c0d4c68b9c5e6a8fb6ea12a188
; inputs   x1 (heart weight (g)) in [6.3, 20.5]
;          x2 (body weight (kg)) in [2, 3.9]
; unknowns w and b are changes of the parameters: w1_0_2 of the weight of layer 1 from 2 to 0, b1_0 of the bias
; numbers  exact: none is rounded
(set-logic QF_NRA)
(declare-fun x1 () Real) ; heart weight (g)
(assert (<= 6.29999999999999982236431605997495353221893310546875 x1))
(assert (<= x1 20.5))
(declare-fun x2 () Real) ; body weight (kg)
(assert (<= 2.0 x2))
(assert (<= x2 3.899999999999999911182158029987476766109466552734375))
(declare-fun w0_0_0 () Real)
(assert (<= -0.01000000000000000020816681711721685132943093776702880859375 w0_0_0))
(assert (<= w0_0_0 0.01000000000000000020816681711721685132943093776702880859375))
(declare-fun w0_0_1 () Real)
(assert (<= -0.01000000000000000020816681711721685132943093776702880859375 w0_0_1))
(assert (<= w0_0_1 0.01000000000000000020816681711721685132943093776702880859375))
(declare-fun b0_0 () Real)
(assert (<= -0.01000000000000000020816681711721685132943093776702880859375 b0_0))
(assert (<= b0_0 0.01000000000000000020816681711721685132943093776702880859375))
(maximize (/ (sinh (/ (abs (+ (* w0_0_0 x1) (* w0_0_1 x2) b0_0)) 2.0)) (* 2.0 (* (cosh (/ (+ (* 0.07577862000000000486377160768824978731572628021240234375 x1) (* 1.181184079999999969601276461617089807987213134765625 x2) -3.515180669999999896191411608015187084674835205078125) 2.0)) (cosh (/ (+ (+ (* 0.07577862000000000486377160768824978731572628021240234375 x1) (* 1.181184079999999969601276461617089807987213134765625 x2) -3.515180669999999896191411608015187084674835205078125) (+ (* w0_0_0 x1) (* w0_0_1 x2) b0_0)) 2.0))))))
(check-sat)
(get-model)
(exit)
